#ifndef CLAYOUTMODEL_H
#define CLAYOUTMODEL_H
// The trees of the model that tells what a line of a PDF is; made by scripts/train-layout.
#include <stdint.h>

struct layout_node {
  /// Up to here to the node below, otherwise to the one above.
  float threshold;
  uint16_t feature;
  /// A node's number in its tree; of a leaf, -1 - its number in the tree.
  int16_t below, above;
};

struct layout_tree {
  const struct layout_node *nodes;
  const float *leaves;
};

/// A tree a label and round: those of the first round, in the order of the labels, then those of the second.
int32_t layout_tree_count(void);
struct layout_tree layout_tree(int32_t number);
/// The names of the inputs, a space between two: they must be those of PDFLayoutFeatures.
const char *layout_features(void);
/// What a line can be, a space between two.
const char *layout_labels(void);
#endif
