// swift-tools-version: 6.2
import PackageDescription

/// Libraries that are small, always needed and whose absence would be fatal are linked statically,
/// so that the installed binary starts fast and needs no development packages.
/// libcurl and libpoppler-glib pull in some forty shared objects each: they are opened on first use.
func staticLibrary(_ name: String) -> LinkerSetting { .linkedLibrary(":lib\(name).a") }

let cLibraries: [Target] = [
  .target(name: "CSystem", linkerSettings: [.linkedLibrary("pthread")]),
  .target(name: "CCrypto", linkerSettings: [staticLibrary("crypto"), .linkedLibrary("dl")]),
  .target(name: "CJansson", linkerSettings: [staticLibrary("jansson")]),
  .target(name: "CSQLite", linkerSettings: [staticLibrary("sqlite3"), .linkedLibrary("m")]),
  .target(name: "CZstd", linkerSettings: [staticLibrary("zstd")]),
  .target(name: "CZlib", linkerSettings: [staticLibrary("z")]),
  .target(name: "CCSV", linkerSettings: [staticLibrary("csv")]),
  .target(name: "CYAML", linkerSettings: [staticLibrary("yaml")]),
  .target(
    name: "CLexbor",
    cSettings: [.unsafeFlags(["-I\(Context.packageDirectory)/.native/lexbor/include", "-DLEXBOR_STATIC"])],
    linkerSettings: [
      .unsafeFlags(["-L\(Context.packageDirectory)/.native/lexbor/lib"]), staticLibrary("lexbor"), .linkedLibrary("m"),
    ]),
  .target(
    name: "CCmark",
    linkerSettings: [staticLibrary("cmark-gfm-extensions"), staticLibrary("cmark-gfm")]),
  .target(name: "COpened", linkerSettings: [.linkedLibrary("dl")]),
  .target(name: "CCurl", dependencies: ["COpened"], linkerSettings: [.linkedLibrary("dl")]),
  .target(
    name: "CXML2", dependencies: ["COpened"], cSettings: [.unsafeFlags(["-I/usr/include/libxml2"])],
    linkerSettings: [.linkedLibrary("dl")]),
  .target(
    name: "CPoppler",
    cSettings: [
      .unsafeFlags([
        "-I/usr/include/poppler/glib", "-I/usr/include/glib-2.0",
        "-I/usr/lib/x86_64-linux-gnu/glib-2.0/include", "-I/usr/lib/aarch64-linux-gnu/glib-2.0/include",
        "-I/usr/include/cairo",
      ])
    ], linkerSettings: [.linkedLibrary("dl")]),
  .target(name: "CZip", dependencies: ["COpened"], linkerSettings: [.linkedLibrary("dl")]),
  .target(name: "CArchive", dependencies: ["COpened"], linkerSettings: [.linkedLibrary("dl")]),
  .target(name: "CQPDF", dependencies: ["COpened"], linkerSettings: [.linkedLibrary("dl")]),
  .target(name: "CPostgres", linkerSettings: [.linkedLibrary("dl")]),
  .target(name: "COpenVINO", linkerSettings: [.linkedLibrary("dl")]),
  .target(name: "CTokenizerTables"),
  .target(name: "CPCRE2", linkerSettings: [staticLibrary("pcre2-8")]),
  .target(name: "CUchardet", linkerSettings: [staticLibrary("uchardet"), .linkedLibrary("stdc++")]),
  .target(name: "CUTF8Proc", linkerSettings: [staticLibrary("utf8proc")]),
  .target(
    name: "CFriBidi", cSettings: [.unsafeFlags(["-I/usr/include/fribidi", "-DFRIBIDI_LIB_STATIC"])],
    linkerSettings: [staticLibrary("fribidi")]),
  .target(name: "CContentModel"),
  .target(name: "CLayoutModel"),
  // Numeric loops, fast in debug builds too, with the same bits on every processor.
  .target(
    name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])], linkerSettings: [.linkedLibrary("m")]),
  .target(
    name: "CCodes", dependencies: ["CKernels"], cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])],
    linkerSettings: [.linkedLibrary("m")]),
  .target(
    name: "CHNSW", dependencies: ["CCodes"],
    cxxSettings: [
      .unsafeFlags([
        "-O3", "-ffp-contract=off", "-std=c++17", "-isystem", "\(Context.packageDirectory)/.native/hnswlib/include",
      ])
    ], linkerSettings: [.linkedLibrary("stdc++")]),
  // All pairs of many vectors by tiles, as fast in debug builds.
  .target(
    name: "CClustering", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])],
    linkerSettings: [.linkedLibrary("m")]),
  .target(name: "CBuiltinStages", cSettings: [.unsafeFlags(["-Wno-c23-extensions"])]),
]

let libraries: [Target] = [
  .target(name: "Foundations", dependencies: ["CSystem", "CCrypto", "CJansson"]),
  .target(name: "Formats", dependencies: ["Foundations", "CCSV", "CXML2", "CUTF8Proc", "CZlib"]),
  .target(name: "Manifest", dependencies: ["Foundations", "Formats", "CYAML", "CBuiltinStages"]),
  .target(name: "SQLite", dependencies: ["Foundations", "Formats", "CSQLite"]),
  .target(name: "Store", dependencies: ["Foundations", "SQLite", "CArchive", "CSystem", "CZstd"]),
  .target(name: "StageKit", dependencies: ["Foundations", "Store"]),
  .target(name: "Planning", dependencies: ["Foundations", "Manifest", "Store", "StageKit"]),
  .target(
    name: "Engine", dependencies: ["Foundations", "CSystem", "Manifest", "Store", "StageKit", "Planning"]),
  // Services: used by stages, unknown to the engine.
  .target(name: "HTTPClient", dependencies: ["Foundations", "CCurl", "CUTF8Proc", "CZlib", "CZstd"]),
  .target(name: "Governor", dependencies: ["Foundations"]),
  .target(name: "Workers", dependencies: ["Foundations", "CSystem"]),
  .target(
    name: "Web",
    dependencies: ["Foundations", "Formats", "Workers", "HTTPClient", "Governor", "Documents", "CLexbor"]),
  .target(
    name: "Documents",
    dependencies: [
      "Foundations", "Formats", "Workers", "CZip", "CUchardet", "CLexbor", "CContentModel", "CLayoutModel", "CPoppler",
      "CQPDF", "CCmark", "CFriBidi", "CUTF8Proc",
    ]),
  .target(name: "Tokenization", dependencies: ["Foundations", "CTokenizerTables", "CPCRE2", "CUTF8Proc"]),
  .target(
    name: "Models",
    dependencies: [
      "Foundations", "Manifest", "Tokenization", "HTTPClient", "Governor", "COpenVINO", "CKernels",
    ]),
  .target(
    name: "SearchIndex", dependencies: ["Foundations", "Formats", "Models", "SQLite", "CCodes", "CHNSW"]),
  .target(
    name: "VectorStores", dependencies: ["Foundations", "Formats", "Models", "SearchIndex", "HTTPClient", "CPostgres"]),
  .target(name: "Clustering", dependencies: ["Foundations", "CKernels", "CClustering"]),
  .target(name: "Evidence", dependencies: ["Foundations", "Formats", "Clustering"]),
  .target(
    name: "Stages",
    dependencies: [
      "CSystem", "Foundations", "Formats", "Manifest", "Store", "StageKit", "HTTPClient", "Governor", "Workers", "Web",
      "Documents", "Tokenization", "Models", "SearchIndex", "Clustering", "Evidence", "VectorStores",
    ]),
  .target(
    name: "Views",
    dependencies: [
      "Foundations", "Formats", "Manifest", "Store", "StageKit", "Planning", "SearchIndex", "Models",
      "Clustering",
      "Evidence",
    ]),
  .target(
    name: "SluiceCLI",
    dependencies: [
      "CSystem", "Foundations", "Formats", "Manifest", "Store", "StageKit", "Planning", "Engine", "Stages", "Views",
      "HTTPClient", "Governor", "Workers", "Documents", "Web", "VectorStores", "SearchIndex", "Models", "Tokenization",
      "Clustering",
      "Evidence",
    ]),
  .executableTarget(name: "sluice", dependencies: ["SluiceCLI"]),
  // Measures SearchIndex for Benchmarks/search; no product that is installed.
  .executableTarget(name: "search-bench", dependencies: ["Foundations", "Models", "SearchIndex"]),
]

let testSupport: [Target] = [
  .target(name: "TestSupport", dependencies: ["Foundations"], path: "Tests/TestSupport")
]

/// What the tests of a target use besides it.
let alsoTested: [String: [String]] = [
  "Store": ["SQLite"],
  "StageKit": ["Store"],
  "Planning": ["Manifest", "StageKit", "Store", "Stages"],
  "Engine": ["Manifest", "Planning", "StageKit", "Stages", "Store"],
  "Views": ["Manifest", "StageKit", "Store", "Planning", "Engine", "Stages", "Models", "SearchIndex", "Clustering"],
  "Clustering": ["CKernels", "CClustering"],
  "SearchIndex": ["Models", "SQLite", "CCodes"],
  "Models": ["Manifest", "HTTPClient"],
  "Documents": ["Workers"],
  "Web": ["HTTPClient", "Governor", "Workers"],
  "Stages": [
    "StageKit", "Store", "Documents", "HTTPClient", "Governor", "Web", "Models", "SearchIndex", "Tokenization",
    "Clustering", "Manifest", "Evidence",
  ],
]

let tests: [Target] =
  [
    "Foundations", "Formats", "SQLite", "Manifest", "Store", "StageKit", "Planning", "Engine", "HTTPClient", "Governor",
    "Workers", "Web",
    "Documents",
    "Tokenization",
    "Models", "SearchIndex", "Clustering", "Evidence", "Stages", "Views",
  ].map { name in
    .testTarget(
      name: "\(name)Tests",
      dependencies: Array(Set([name, "Foundations", "TestSupport"] + (alsoTested[name] ?? []))).sorted().map {
        .target(name: $0)
      },
      path: "Tests/\(name)Tests")
  } + [
    .testTarget(
      name: "FuzzTests",
      dependencies: [
        "TestSupport", "Foundations", "Formats", "Manifest", "Models", "HTTPClient", "Web", "Workers", "Documents",
        "Clustering", "Tokenization", "SearchIndex", "Store", "sluice",
      ], path: "Tests/FuzzTests"),
    .testTarget(
      name: "EndToEndTests", dependencies: ["TestSupport", "Foundations", "Formats", "SQLite", "Store", "sluice"],
      path: "Tests/EndToEndTests"),
  ]

let package = Package(
  name: "sluice",
  products: [.executable(name: "sluice", targets: ["sluice"])],
  targets: cLibraries + libraries + testSupport + tests
)

for target in libraries {
  target.exclude = ["README.md"]
}
for target in libraries + testSupport + tests {
  target.swiftSettings = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
}
