#ifndef CCONTENTMODEL_H
#define CCONTENTMODEL_H
// The trees of the model that tells the content of a page from what is around it; made by scripts/train-content.
#include <stdint.h>

struct content_node {
  /// Up to here to the node below, otherwise to the one above.
  float threshold;
  uint16_t feature;
  /// A node's number in its tree; of a leaf, -1 - its number in the tree.
  int16_t below, above;
};

struct content_tree {
  const struct content_node *nodes;
  const float *leaves;
};

int32_t content_tree_count(void);
struct content_tree content_tree(int32_t number);
/// The names of the inputs, a space between two: they must be those of ContentFeatures.
const char *content_features(void);
/// Tells this model from another; part of the key of the parse stage.
const char *content_model_digest(void);
#endif
