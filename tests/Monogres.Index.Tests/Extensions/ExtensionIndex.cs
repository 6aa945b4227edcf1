using Monogres.Testing;

namespace Monogres.Index.Tests.Extensions;

/// <summary>A copy of the repository's index in which a test says what extensions and modules there are.</summary>
internal sealed class ExtensionIndex : IDisposable
{
    /// <summary>One extension that says everything that can be said.</summary>
    public const string Everything = """
        { "$schema": "../../schemas/extension.schema.json", "version": 1, "name": "pg_all", "kind": "extension",
          "license": "PostgreSQL", "homepage": "https://example.org/all", "summary": "All of it", "category": "foreign-data",
          "repositories": ["https://example.org/all.git"],
          "sources": { "debian": { "summary": "the pool", "places": [ { "archive": "debian", "path": "pool/main/p/pg-all/pg-all_{version}.orig.tar.gz" } ] },
                       "github": { "summary": "the tag", "strip_prefix": "pg_all-{version}", "places": [ { "url": "https://example.org/{tag}/{commit}.tar.gz" } ] } },
          "postgres": ">=13",
          "versions": { "1.10": { "released": "2024-02-01T00:00:00Z", "files": { "debian": { "sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "size": 7 } } },
                        "1.9": { "tag": "v1.9", "commit": "0123456789abcdef0123456789abcdef01234567", "released": "2024-01-01T00:00:00Z", "postgres": ">=13, <17",
                                 "files": { "github": { "sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "places": [ { "url": "https://example.org/own-{version}.tar.gz" } ] } },
                                 "parts": { "vendor/h3": { "sha256": "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc", "size": 9, "strip_prefix": "h3-{tag}", "places": [ { "url": "https://example.org/h3.tar.gz" } ] },
                                            "vendor/any": { "sha256": "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd", "places": [ { "url": "https://example.org/any.tar.gz" } ] } } } },
          "build": { "style": "plain", "arguments": ["OPTFLAGS="], "environment": { "B": "2", "A": "" }, "build_packages": ["zlib-build"], "runtime_packages": ["zlib-runtime"] },
          "extensions": ["all", "all_more"], "requires": ["brick", "pg_base"], "preload": ["pg_all", "$libdir/more"], "settings": { "all.database": "postgres", "some": { "value": "on", "postgres": [">=17.11, <18", ">=18.5"] } },
          "tests": { "directory": "test", "before": ["mkdir /tmp/other", "other --fill"], "arguments": ["REGRESS=one"], "packages": ["make"], "requires": ["pg_helper"], "settings": { "wal_level": "logical" },
                     "drift": [ { "test": "icu", "postgres": ">=17", "why": "other locale data" } ] } }
        """;

    private const string Style = """
        { "version": 1, "name": "plain", "builds": "extension", "summary": "make", "build_packages": ["shell", "make"], "test_packages": ["parsers"],
          "steps": [ { "name": "make", "postgres": ">=15", "run": ["make {arguments} PG_CONFIG={pg_config}", "make install DESTDIR={out}"] }, { "name": "symbols", "use": "split-symbols" } ],
          "tests": [ { "name": "check", "run": ["{start_server}", "make installcheck {test_arguments}"] } ] }
        """;

    private const string Modules = """
        { "version": 1, "tests": { "style": "plain", "directory": "contrib/{name}" }, "modules": {
            "brick": { "summary": "A brick", "category": "types", "postgres": ">=13" },
            "wall": { "summary": "A wall", "category": "types", "postgres": "<17", "options": ["plperl", "pltcl"], "extensions": ["wallp", "wallu"], "requires": ["brick"],
                      "preload": ["wall"], "settings": { "wal_level": "logical" }, "files": ["share/tsearch_data/wall.rules"],
                      "tests": { "directory": "src/pl/wall", "settings": { "log_statement": "all" } } },
            "roof": { "summary": "A roof", "category": "testing", "postgres": ">=18", "extensions": [] } } }
        """;

    private readonly TemporaryDirectory _directory = new();

    public ExtensionIndex()
    {
        Repository.CopyTo(_directory.Path);
        if (Directory.Exists(_directory["extensions"]))
            Directory.Delete(_directory["extensions"], recursive: true);
        foreach (var other in Directory.EnumerateDirectories(_directory["servers"]).Where(server => System.IO.Path.GetFileName(server) is not "postgres"))
            Directory.Delete(other, recursive: true);
        Write("styles/plain.json", Style);
        Write("servers/postgres/modules.json", Modules);
    }

    public string Path => _directory.Path;

    /// <summary>An extension of which only the name, the versions with their ranges, and what else is given matter.</summary>
    public ExtensionIndex Add(string name, (string Version, string Postgres)[] versions, string more = "", string? creates = null)
    {
        var releases = versions.Select(version => $$"""
            "{{version.Version}}": { "released": "2024-01-01T00:00:00Z", "postgres": "{{version.Postgres}}", "files": { "web": { "sha256": "{{new string('a', 64)}}" } } }
            """);
        return Add(name, $$"""
            { "version": 1, "name": "{{name}}", "kind": "extension", "homepage": "https://example.org/", "summary": "A summary", "category": "types",
              "sources": { "web": { "summary": "x", "places": [ { "url": "https://example.org/{version}.tar.gz" } ] } },
              "versions": { {{string.Join(", ", releases)}} },
              "build": { "style": "plain" }, "extensions": ["{{creates ?? name}}"]{{more}} }
            """);
    }

    /// <summary>An extension by its whole file.</summary>
    public ExtensionIndex Add(string name, string json)
    {
        Write($"extensions/{name}/repo.json", json);
        return this;
    }

    /// <summary>What <see cref="Everything"/> names, and itself.</summary>
    public ExtensionIndex AddEverything() => Add("pg_all", Everything).Add("pg_base", [("1", ">=13")]).Add("pg_helper", [("1", ">=13")]);

    public ExtensionIndex Write(string file, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_directory[file])!);
        File.WriteAllText(_directory[file], text);
        return this;
    }

    public ExtensionIndex Change(string file, string old, string @new)
    {
        Repository.Change(_directory[file], (old, @new));
        return this;
    }

    public Task<IndexReading> TryReadAsync() => IndexReader.ReadAsync(Path, TestContext.Current.CancellationToken);

    public async Task<MonogresIndex> ReadAsync() => (await TryReadAsync()).OrThrow();

    /// <summary>What is wrong, one line each.</summary>
    public async Task<string[]> ProblemsAsync() => [.. Assert.IsType<IndexReading.InvalidIndex>(await TryReadAsync()).Problems.Select(problem => problem.ToString())];

    public void Dispose() => _directory.Dispose();
}
