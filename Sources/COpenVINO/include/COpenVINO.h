#ifndef COPENVINO_H
#define COPENVINO_H
// OpenVINO's C interface, opened at run time: the number in its library's name changes with each
// release, and Sluice must start without it. Only what running an encoder needs.
#include <stddef.h>
#include <stdint.h>

/// Opens libopenvino_c; a second call with any path does nothing. Returns NULL, or why it failed (free it).
char *openvino_open(const char *path);
/// `2026.4.1-…` as the opened library says; free it.
char *openvino_version(void);

struct openvino_model;
struct openvino_request;

/// Reads an .xml (IR) or .onnx file and compiles it. `error` is set when NULL is returned; free it.
struct openvino_model *openvino_load(const char *path, const char *device, const char *precision, int threads,
                                     char **error);
void openvino_unload(struct openvino_model *model);
/// A place to compute in: one thread at a time may use it. Must go before its model does.
struct openvino_request *openvino_request_create(struct openvino_model *model, char **error);
void openvino_request_free(struct openvino_request *request);
/// Runs the encoder over rows x columns tokens, of which those with mask 0 are padding; `kinds` says which text of a
/// pair a token is of (NULL: all of the first). Gives the output of the last layer, which belongs to the request and stands until the next run, and its dimensions (up to
/// three). Returns 0, or -1 with `error` set.
int openvino_run(struct openvino_request *request, const int32_t *ids, const int32_t *mask, const int32_t *kinds,
                 size_t rows, size_t columns, const float **output, int64_t dimensions[3], int *rank, char **error);
#endif
