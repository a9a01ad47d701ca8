#define _GNU_SOURCE
#include "COpenVINO.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// From openvino/c/*.h (Apache 2.0): opaque handles, the shape, and the two element types that token
// numbers come in.
typedef int status;
typedef struct {
  int64_t rank;
  int64_t *dims;
} shape;
typedef struct {
  const char *build;
  const char *description;
} version;
enum { TYPE_F32 = 4, TYPE_I32 = 9, TYPE_I64 = 10 };

// ov_core_compile_model is variadic and is called as such: Swift could not, and x86-64 passes a register
// more to variadic functions.
#define FUNCTIONS(F)                                                                                        \
  F(status, ov_get_openvino_version, (version *))                                                           \
  F(void, ov_version_free, (version *))                                                                     \
  F(const char *, ov_get_last_err_msg, (void))                                                              \
  F(const char *, ov_get_error_info, (status))                                                              \
  F(void, ov_free, (const char *))                                                                          \
  F(status, ov_core_create, (void **))                                                                      \
  F(void, ov_core_free, (void *))                                                                           \
  F(status, ov_core_read_model, (const void *, const char *, const char *, void **))                        \
  F(void, ov_model_free, (void *))                                                                          \
  F(status, ov_core_compile_model, (const void *, const void *, const char *, size_t, void **, ...))        \
  F(void, ov_compiled_model_free, (void *))                                                                 \
  F(status, ov_compiled_model_inputs_size, (const void *, size_t *))                                        \
  F(status, ov_compiled_model_input_by_index, (const void *, size_t, void **))                              \
  F(status, ov_compiled_model_outputs_size, (const void *, size_t *))                                       \
  F(status, ov_compiled_model_output_by_index, (const void *, size_t, void **))                             \
  F(status, ov_port_get_any_name, (const void *, char **))                                                  \
  F(status, ov_port_get_element_type, (const void *, int *))                                                \
  F(void, ov_output_const_port_free, (void *))                                                              \
  F(status, ov_compiled_model_create_infer_request, (const void *, void **))                                \
  F(void, ov_infer_request_free, (void *))                                                                  \
  F(status, ov_infer_request_set_input_tensor_by_index, (void *, size_t, const void *))                     \
  F(status, ov_infer_request_get_output_tensor_by_index, (const void *, size_t, void **))                   \
  F(status, ov_infer_request_infer, (void *))                                                               \
  F(status, ov_tensor_create, (int, shape, void **))                                                        \
  F(status, ov_tensor_data, (const void *, void **))                                                        \
  F(status, ov_tensor_get_shape, (const void *, shape *))                                                   \
  F(status, ov_tensor_get_element_type, (const void *, int *))                                              \
  F(void, ov_tensor_free, (void *))                                                                         \
  F(status, ov_shape_free, (shape *))

static struct {
#define DECLARE(result, name, arguments) result(*name) arguments;
  FUNCTIONS(DECLARE)
} ov;

static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;
static int opened;

static char *text(const char *format, const char *what) {
  char *out = NULL;
  if (asprintf(&out, format, what) < 0) return NULL;
  return out;
}

char *openvino_open(const char *path) {
  char *error = NULL;
  pthread_mutex_lock(&opening);
  if (!opened) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) error = text("%s", dlerror());
#define LOOK_UP(result, name, arguments)                                            \
  if (!error && !(*(void **)&ov.name = dlsym(library, #name))) error = text("it has no %s", #name);
    FUNCTIONS(LOOK_UP)
    opened = !error;
  }
  pthread_mutex_unlock(&opening);
  return error;
}

char *openvino_version(void) {
  version v = {0};
  if (!opened || ov.ov_get_openvino_version(&v) != 0) return text("%s", "unknown");
  char *out = text("%s", v.build);
  ov.ov_version_free(&v);
  return out;
}

// What each input of an encoder is for.
enum role { ROLE_IDS, ROLE_MASK, ROLE_TYPES, ROLE_POSITIONS };
enum { MAX_INPUTS = 4 };

struct openvino_model {
  void *core;
  void *compiled;
  size_t inputs;
  enum role roles[MAX_INPUTS];
  int types[MAX_INPUTS];
  size_t output;
};

struct openvino_request {
  struct openvino_model *model;
  void *request;
};

static char *failure(status code) {
  const char *message = ov.ov_get_last_err_msg();
  if (message && *message) return text("%s", message);
  return text("%s", ov.ov_get_error_info(code));
}

static int role_of(const char *name, enum role *role) {
  if (strstr(name, "input_ids")) *role = ROLE_IDS;
  else if (strstr(name, "attention_mask")) *role = ROLE_MASK;
  else if (strstr(name, "token_type_ids")) *role = ROLE_TYPES;
  else if (strstr(name, "position_ids")) *role = ROLE_POSITIONS;
  else return -1;
  return 0;
}

// Exports have several outputs: the states of the last layer are wanted, or what the model pooled itself.
static char *choose_output(struct openvino_model *model) {
  static const char *const wanted[] = {"last_hidden_state", "token_embeddings", "sentence_embedding", "logits"};
  size_t count = 0, best = sizeof wanted / sizeof *wanted;
  status code = ov.ov_compiled_model_outputs_size(model->compiled, &count);
  for (size_t i = 0; i < count && code == 0; i++) {
    void *port = NULL;
    char *name = NULL;
    if ((code = ov.ov_compiled_model_output_by_index(model->compiled, i, &port)) != 0) break;
    // An output need not have a name.
    if (ov.ov_port_get_any_name(port, &name) == 0 && name) {
      for (size_t w = 0; w < best; w++) {
        if (strcmp(name, wanted[w]) != 0) continue;
        best = w;
        model->output = i;
      }
      ov.ov_free(name);
    }
    ov.ov_output_const_port_free(port);
  }
  return code == 0 ? NULL : failure(code);
}

static char *inspect(struct openvino_model *model) {
  status code = ov.ov_compiled_model_inputs_size(model->compiled, &model->inputs);
  if (code != 0) return failure(code);
  if (model->inputs > MAX_INPUTS) return text("%s", "it has more than four inputs: it is no text encoder");
  for (size_t i = 0; i < model->inputs; i++) {
    void *port = NULL;
    char *name = NULL, *error = NULL;
    code = ov.ov_compiled_model_input_by_index(model->compiled, i, &port);
    if (code != 0) return failure(code);
    if ((code = ov.ov_port_get_any_name(port, &name)) != 0 ||
        (code = ov.ov_port_get_element_type(port, &model->types[i])) != 0) {
      error = failure(code);
    } else if (role_of(name, &model->roles[i]) != 0) {
      error = text("it has an input named %s, which Sluice does not know", name);
    } else if (model->types[i] != TYPE_I32 && model->types[i] != TYPE_I64) {
      error = text("its input %s takes no whole numbers", name);
    }
    if (name) ov.ov_free(name);
    ov.ov_output_const_port_free(port);
    if (error) return error;
  }
  return choose_output(model);
}

struct openvino_model *openvino_load(const char *path, const char *device, const char *precision, int threads,
                                     char **error) {
  struct openvino_model *model = calloc(1, sizeof *model);
  void *source = NULL;
  char count[16];
  snprintf(count, sizeof count, "%d", threads);
  *error = NULL;
  status code = ov.ov_core_create(&model->core);
  if (code == 0) code = ov.ov_core_read_model(model->core, path, NULL, &source);
  // A stream per thread: texts are computed one at a time, several beside each other.
  if (code == 0 && strcmp(device, "CPU") != 0)
    code = ov.ov_core_compile_model(model->core, source, device, 2, &model->compiled, "INFERENCE_PRECISION_HINT",
                                    precision);
  else if (code == 0)
    code = ov.ov_core_compile_model(model->core, source, device, 6, &model->compiled, "INFERENCE_PRECISION_HINT",
                                    precision, "INFERENCE_NUM_THREADS", count, "NUM_STREAMS", count);
  if (code != 0) *error = failure(code);
  if (source) ov.ov_model_free(source);
  if (!*error) *error = inspect(model);
  if (*error) {
    openvino_unload(model);
    return NULL;
  }
  return model;
}

void openvino_unload(struct openvino_model *model) {
  if (model->compiled) ov.ov_compiled_model_free(model->compiled);
  if (model->core) ov.ov_core_free(model->core);
  free(model);
}

struct openvino_request *openvino_request_create(struct openvino_model *model, char **error) {
  struct openvino_request *request = calloc(1, sizeof *request);
  request->model = model;
  status code = ov.ov_compiled_model_create_infer_request(model->compiled, &request->request);
  if (code == 0) return request;
  *error = failure(code);
  free(request);
  return NULL;
}

void openvino_request_free(struct openvino_request *request) {
  ov.ov_infer_request_free(request->request);
  free(request);
}

static int64_t value(enum role role, const int32_t *ids, const int32_t *mask, const int32_t *kinds, size_t columns,
                     size_t i) {
  switch (role) {
    case ROLE_IDS: return ids[i];
    case ROLE_MASK: return mask[i];
    case ROLE_POSITIONS: return (int64_t)(i % columns);
    default: return kinds ? kinds[i] : 0;
  }
}

int openvino_run(struct openvino_request *request, const int32_t *ids, const int32_t *mask, const int32_t *kinds,
                 size_t rows, size_t columns, const float **output, int64_t dimensions[3], int *rank, char **error) {
  struct openvino_model *model = request->model;
  int64_t dims[2] = {(int64_t)rows, (int64_t)columns};
  shape size = {2, dims};
  status code = 0;
  *error = NULL;
  for (size_t i = 0; i < model->inputs && code == 0; i++) {
    void *tensor = NULL, *data = NULL;
    if ((code = ov.ov_tensor_create(model->types[i], size, &tensor)) != 0) break;
    if ((code = ov.ov_tensor_data(tensor, &data)) == 0) {
      for (size_t j = 0; j < rows * columns; j++) {
        int64_t number = value(model->roles[i], ids, mask, kinds, columns, j);
        if (model->types[i] == TYPE_I64) ((int64_t *)data)[j] = number;
        else ((int32_t *)data)[j] = (int32_t)number;
      }
      code = ov.ov_infer_request_set_input_tensor_by_index(request->request, i, tensor);
    }
    ov.ov_tensor_free(tensor);
  }
  if (code == 0) code = ov.ov_infer_request_infer(request->request);
  void *result = NULL, *data = NULL;
  int type = 0;
  shape made = {0};
  if (code == 0) code = ov.ov_infer_request_get_output_tensor_by_index(request->request, model->output, &result);
  if (code == 0) code = ov.ov_tensor_get_element_type(result, &type);
  if (code == 0) code = ov.ov_tensor_get_shape(result, &made);
  if (code == 0) code = ov.ov_tensor_data(result, &data);
  if (code != 0) *error = failure(code);
  else if (type != TYPE_F32) *error = text("%s", "its output is not in float32");
  else if (made.rank < 2 || made.rank > 3) *error = text("%s", "its output has neither two nor three dimensions");
  if (!*error) {
    *rank = (int)made.rank;
    for (int i = 0; i < 3; i++) dimensions[i] = i < made.rank ? made.dims[i] : 0;
    *output = data;
  }
  if (made.dims) ov.ov_shape_free(&made);
  if (result) ov.ov_tensor_free(result);
  return *error ? -1 : 0;
}
