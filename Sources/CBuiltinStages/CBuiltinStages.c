// Made by scripts/builtin-stages; do not edit.
#include "CBuiltinStages.h"

static const unsigned char analyze_dimension_prompt_md[] = {
#embed "../../stages/analyze.dimension.prompt.md"
};

static const unsigned char analyze_plan_prompt_md[] = {
#embed "../../stages/analyze.plan.prompt.md"
};

static const unsigned char analyze_synthesis_prompt_md[] = {
#embed "../../stages/analyze.synthesis.prompt.md"
};

static const unsigned char analyze_yaml[] = {
#embed "../../stages/analyze.yaml"
};

static const unsigned char chunk_yaml[] = {
#embed "../../stages/chunk.yaml"
};

static const unsigned char cluster_prompt_md[] = {
#embed "../../stages/cluster.prompt.md"
};

static const unsigned char cluster_yaml[] = {
#embed "../../stages/cluster.yaml"
};

static const unsigned char command_yaml[] = {
#embed "../../stages/command.yaml"
};

static const unsigned char crawl_yaml[] = {
#embed "../../stages/crawl.yaml"
};

static const unsigned char embed_yaml[] = {
#embed "../../stages/embed.yaml"
};

static const unsigned char feed_yaml[] = {
#embed "../../stages/feed.yaml"
};

static const unsigned char fetch_yaml[] = {
#embed "../../stages/fetch.yaml"
};

static const unsigned char filter_yaml[] = {
#embed "../../stages/filter.yaml"
};

static const unsigned char import_yaml[] = {
#embed "../../stages/import.yaml"
};

static const unsigned char index_yaml[] = {
#embed "../../stages/index.yaml"
};

static const unsigned char insights_prompt_md[] = {
#embed "../../stages/insights.prompt.md"
};

static const unsigned char insights_yaml[] = {
#embed "../../stages/insights.yaml"
};

static const unsigned char links_parameters_yaml[] = {
#embed "../../stages/links.parameters.yaml"
};

static const unsigned char network_parameters_yaml[] = {
#embed "../../stages/network.parameters.yaml"
};

static const unsigned char parse_yaml[] = {
#embed "../../stages/parse.yaml"
};

static const unsigned char sitemap_yaml[] = {
#embed "../../stages/sitemap.yaml"
};

static const unsigned char summarize_prompt_md[] = {
#embed "../../stages/summarize.prompt.md"
};

static const unsigned char summarize_yaml[] = {
#embed "../../stages/summarize.yaml"
};

static const struct builtin_stage_file files[] = {
    {"analyze.dimension.prompt.md", analyze_dimension_prompt_md, sizeof analyze_dimension_prompt_md},
    {"analyze.plan.prompt.md", analyze_plan_prompt_md, sizeof analyze_plan_prompt_md},
    {"analyze.synthesis.prompt.md", analyze_synthesis_prompt_md, sizeof analyze_synthesis_prompt_md},
    {"analyze.yaml", analyze_yaml, sizeof analyze_yaml},
    {"chunk.yaml", chunk_yaml, sizeof chunk_yaml},
    {"cluster.prompt.md", cluster_prompt_md, sizeof cluster_prompt_md},
    {"cluster.yaml", cluster_yaml, sizeof cluster_yaml},
    {"command.yaml", command_yaml, sizeof command_yaml},
    {"crawl.yaml", crawl_yaml, sizeof crawl_yaml},
    {"embed.yaml", embed_yaml, sizeof embed_yaml},
    {"feed.yaml", feed_yaml, sizeof feed_yaml},
    {"fetch.yaml", fetch_yaml, sizeof fetch_yaml},
    {"filter.yaml", filter_yaml, sizeof filter_yaml},
    {"import.yaml", import_yaml, sizeof import_yaml},
    {"index.yaml", index_yaml, sizeof index_yaml},
    {"insights.prompt.md", insights_prompt_md, sizeof insights_prompt_md},
    {"insights.yaml", insights_yaml, sizeof insights_yaml},
    {"links.parameters.yaml", links_parameters_yaml, sizeof links_parameters_yaml},
    {"network.parameters.yaml", network_parameters_yaml, sizeof network_parameters_yaml},
    {"parse.yaml", parse_yaml, sizeof parse_yaml},
    {"sitemap.yaml", sitemap_yaml, sizeof sitemap_yaml},
    {"summarize.prompt.md", summarize_prompt_md, sizeof summarize_prompt_md},
    {"summarize.yaml", summarize_yaml, sizeof summarize_yaml},
};

const struct builtin_stage_file *builtin_stage_files(size_t *count) {
  *count = sizeof files / sizeof files[0];
  return files;
}
