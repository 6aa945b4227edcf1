using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Monogres.Build.Execution;
using Monogres.Build.Extensions;
using Monogres.Build.Planning;
using Monogres.Core;

namespace Monogres.Build.Records;

/// <summary>
/// What a built target is made of: written beside the archive as <c>.json</c>, and kept to <c>explain</c> what changed.
/// A function of the target's inputs alone: no time, no host, no path of the builder.
/// </summary>
public sealed record TargetManifest
{
    /// <summary>The one version of the format that there is.</summary>
    public const int FormatVersion = 1;

    /// <summary>The version of the format.</summary>
    public int Version { get; init; } = FormatVersion;

    /// <summary><c>postgres@15.18+minimal</c></summary>
    public required string Target { get; init; }

    /// <summary><c>debian12-amd64</c></summary>
    public required string Platform { get; init; }

    /// <summary><c>gcc</c></summary>
    public required string Toolchain { get; init; }

    /// <summary>The payload's tree; null in the description of a target that is not built.</summary>
    public Digest? Payload { get; init; }

    /// <summary>The tree of the debug information that was split off, when there is any.</summary>
    public Digest? Symbols { get; init; }

    /// <summary>The shared libraries that the payload needs and does not bring, sorted; known once it is built.</summary>
    public ImmutableArray<string>? Libraries { get; init; }

    /// <summary>The largest symbol version of each family that the payload needs, <c>GLIBC</c>: <c>2.34</c>; known once it is built.</summary>
    public ImmutableSortedDictionary<string, string>? SymbolVersions { get; init; }

    /// <summary>For an extension: what can be created, as its control files have it; known once it is built.</summary>
    public ImmutableArray<InstalledExtension>? Extensions { get; init; }

    /// <summary>For an extension: the symbols that it takes from the server; known once it is built.</summary>
    public ServerSymbols? ServerSymbols { get; init; }

    /// <summary>The archive of the payload, when one was written.</summary>
    public ManifestFile? Archive { get; init; }

    /// <summary>The archive of the debug information, when one was written.</summary>
    public ManifestFile? SymbolsArchive { get; init; }

    /// <summary>For an extension: the payload of the PostgreSQL that it is built against.</summary>
    public Digest? Server { get; init; }

    /// <summary>For an extension: the payloads of the extensions that it needs, by target.</summary>
    public ImmutableSortedDictionary<string, Digest>? Requires { get; init; }

    /// <summary>The action that built it.</summary>
    public required Digest Action { get; init; }

    /// <summary>The time that stands in every file, in seconds since 1970 (https://reproducible-builds.org/specs/source-date-epoch/).</summary>
    public required long SourceDateEpoch { get; init; }

    /// <summary>The tree of the source, after what upstream generates was left out.</summary>
    public required Digest Source { get; init; }

    /// <summary>The upstream file that the source came from; another file of the same release gives the same source tree.</summary>
    public required ImmutableArray<ManifestFile> SourceFiles { get; init; }

    /// <summary>The composed root with the toolchain.</summary>
    public required Digest BuildRoot { get; init; }

    /// <summary>For an extension: the root with the packages that it needs beyond those of PostgreSQL, when there are any.</summary>
    public Digest? PackagesRoot { get; init; }

    /// <summary>Every package in the root, sorted by name.</summary>
    public required ImmutableArray<ManifestPackage> Packages { get; init; }

    /// <summary>The archives that the toolchain is made of besides packages; null when there are none.</summary>
    public ImmutableArray<ManifestFile>? ToolchainArchives { get; init; }

    /// <summary>The arguments given to <c>configure</c>.</summary>
    public required ImmutableArray<string> Configure { get; init; }

    /// <summary>The script of the build, by digest.</summary>
    public required Digest Script { get; init; }

    /// <summary>What a target would be made of, before it is built.</summary>
    /// <param name="plan">The target.</param>
    /// <param name="prepared">What it is built from; for a module of the server, what the server is.</param>
    public static TargetManifest Of(TargetPlan plan, PreparedTarget prepared) => new()
    {
        Target = plan.Target.ToString(),
        Platform = plan.Platform.Name.ToString(),
        Toolchain = plan.Toolchain.Name,
        Server = prepared.Server?.Payload.Tree,
        Requires = prepared.Requires.IsEmpty ? null : ImmutableSortedDictionary.CreateRange(
            StringComparer.Ordinal, prepared.Requires.Select(required => KeyValuePair.Create(required.Plan.Target.ToString(), required.Payload.Tree))),
        Action = prepared.Request.Action.Digest,
        SourceDateEpoch = plan.SourceDate.ToUnixTimeSeconds(),
        Source = prepared.Source.Tree,
        SourceFiles = [.. plan.Source.Files.Concat(plan.Source.Parts.Select(part => part.File)).Select(file => new ManifestFile(file.Source, file.Sha256.ToString(), file.Size ?? 0))],
        BuildRoot = prepared.Root.Lower.Root,
        PackagesRoot = prepared.Root.Upper?.Root,
        Packages = [.. prepared.Root.Packages.Select(package => new ManifestPackage(package.Name, package.Version, package.Architecture, package.Sha256.ToString()))],
        ToolchainArchives = plan.Toolchain.Archives is { IsEmpty: false } archives
            ? [.. archives.Select(archive => new ManifestFile(archive.Name, archive.Sha256.ToString(), archive.Size))]
            : null,
        Configure = (plan as ServerPlan)?.Configure ?? [],
        Script = Digest.Of(Encoding.UTF8.GetBytes(plan.BuildScript)),
    };

    /// <summary>The file's text: indented, LF, final newline.</summary>
    public string ToText() => JsonSerializer.Serialize(this, RecordsJson.Readable.TargetManifest) + "\n";

    /// <summary>Reads a manifest back.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static TargetManifest Parse(string text) => JsonSerializer.Deserialize(text, RecordsJson.Default.TargetManifest) switch
    {
        { Version: FormatVersion } manifest => manifest,
        { } other => throw new JsonException($"a manifest of version {other.Version} cannot be read, only of version {FormatVersion}"),
        null => throw new JsonException("a manifest is an object"),
    };

    /// <summary>Why a target whose result is not in the store will be built, in words.</summary>
    /// <param name="last">The manifest of its last build in this store, or null.</param>
    public IReadOnlyList<string> ReasonsToBuild(TargetManifest? last) => last is null
        ? ["it was never built in this store"]
        : DifferencesFrom(last) is { Count: > 0 } differences
            ? differences
            : ["its inputs are those of the last build, but the result is no longer in the store"];

    /// <summary>What differs from another manifest, in words; empty when nothing does.</summary>
    public IReadOnlyList<string> DifferencesFrom(TargetManifest earlier)
    {
        List<string> differences = [];
        void Compare<T>(string what, T before, T now)
        {
            if (!EqualityComparer<T>.Default.Equals(before, now))
                differences.Add($"{what}: was {before}, is {now}");
        }

        Compare("source tree", earlier.Source, Source);
        Compare("source date", earlier.SourceDateEpoch, SourceDateEpoch);
        Compare("build script", earlier.Script, Script);
        Compare("PostgreSQL", earlier.Server, Server);
        var required = Requires ?? ImmutableSortedDictionary<string, Digest>.Empty;
        var requiredBefore = earlier.Requires ?? ImmutableSortedDictionary<string, Digest>.Empty;
        foreach (var name in required.Keys.Union(requiredBefore.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            Compare($"required {name}", requiredBefore.TryGetValue(name, out var was) ? was : (Digest?)null, required.TryGetValue(name, out var one) ? one : null);
        // A root for cross-compiling can have a package twice, for two machines.
        var before = earlier.Packages.ToLookup(package => package.Name, StringComparer.Ordinal);
        var now = Packages.ToLookup(package => package.Name, StringComparer.Ordinal);
        foreach (var name in before.Concat(now).Select(packages => packages.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (old, current) = (Versions(before[name]), Versions(now[name]));
            if (!before.Contains(name))
                differences.Add($"package {name}: added, {current}");
            else if (!now.Contains(name))
                differences.Add($"package {name}: removed, was {old}");
            else if (!before[name].SequenceEqual(now[name]))
                differences.Add($"package {name}: was {old}, is {current}{(string.Equals(old, current, StringComparison.Ordinal) ? " with other content" : "")}");
        }

        // A name can stay while its content changes, so files are compared whole.
        differences.AddRange((earlier.ToolchainArchives ?? []).Except(ToolchainArchives ?? []).Select(archive => $"toolchain archive {archive.Name}: removed, sha256 {archive.Sha256}"));
        differences.AddRange((ToolchainArchives ?? []).Except(earlier.ToolchainArchives ?? []).Select(archive => $"toolchain archive {archive.Name}: added, sha256 {archive.Sha256}"));
        differences.AddRange(earlier.Configure.Except(Configure, StringComparer.Ordinal).Select(argument => $"configure: {argument} removed"));
        differences.AddRange(Configure.Except(earlier.Configure, StringComparer.Ordinal).Select(argument => $"configure: {argument} added"));
        if (differences.Count == 0)
            Compare("root (composed by other rules from the same packages)", earlier.BuildRoot, BuildRoot);
        if (differences.Count == 0)
            Compare("action (run in another way)", earlier.Action, Action);
        return differences;

        static string Versions(IEnumerable<ManifestPackage> packages) => packages.ToArray() is [var one]
            ? one.Version
            : string.Join(" and ", packages.Select(package => $"{package.Version} ({package.Architecture})"));
    }
}

/// <summary>A file by name and content.</summary>
public sealed record ManifestFile(string Name, string Sha256, long Size);

/// <summary>A package of the root.</summary>
public sealed record ManifestPackage(string Name, string Version, string Architecture, string Sha256);
