using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Results.Records;

namespace Monogres.Proof.Verification;

/// <summary>What a rebuild gave, read from the events that the tool wrote and the manifests that they name.</summary>
public sealed class Rebuilt
{
    private readonly Dictionary<string, TargetManifest> _manifests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

    /// <summary>Reads what a rebuild said and wrote.</summary>
    /// <exception cref="UserErrorException">It ended before it said anything of a target.</exception>
    public static async Task<Rebuilt> ReadAsync(RebuildEnd end, CancellationToken cancel)
    {
        var rebuilt = new Rebuilt();
        foreach (var line in end.Output)
        {
            var what = JsonNode.Parse(line)!;
            switch ((string?)what["event"])
            {
                case "built":
                    await rebuilt.AddAsync((string)what["target"]!, [.. what["files"]!.AsArray().Select(file => (string)file!)], cancel);
                    break;
                case "failed":
                    rebuilt._failures[(string)what["target"]!] = (string)what["reason"]!;
                    break;
            }
        }

        return rebuilt._manifests.Count + rebuilt._failures.Count > 0 ? rebuilt : throw VerificationErrors.Ended(end.ExitCode, end.LastLines);
    }

    /// <summary>What a line of the rebuild's output says of its progress, for people; null for what is not worth a line.</summary>
    public static string? ProgressOf(string line)
    {
        var what = JsonNode.Parse(line)!;
        return (string?)what["event"] switch
        {
            "started" => $"rebuild: {(string?)what["step"]} ...",
            "finished" => string.Create(CultureInfo.InvariantCulture, $"rebuild: {(string?)what["step"]} took {(double)what["seconds"]!:F1} s"),
            _ => null,
        };
    }

    /// <summary>Where the rebuild wrote a file of that name, or null.</summary>
    public string? PathOf(string name) => _files.GetValueOrDefault(name);

    /// <summary>Where the rebuild wrote a file of a target: that of the name, or the only one whose name ends with it; else null.</summary>
    public string? PathOf(string target, string name)
    {
        var written = _manifests.TryGetValue(target, out var manifest) ? manifest.Files.Select(file => file.Name).ToArray() : [];
        return written.Contains(name, StringComparer.Ordinal) ? PathOf(name)
            : written.Where(one => one.EndsWith(name, StringComparison.Ordinal)).ToArray() is [var only] ? PathOf(only)
            : null;
    }

    /// <summary>Compares the trees that it gave of a target with those of the first build.</summary>
    /// <param name="target">The target, with platform and toolchain.</param>
    /// <param name="first">What is known of the first build.</param>
    public Verdict Compare(string target, FirstBuild first)
    {
        if (!_manifests.TryGetValue(target, out var second))
            return new Verdict(target, [], _failures.GetValueOrDefault(target) ?? "the rebuild ended before it");

        var files = ImmutableArray.CreateBuilder<ComparedFile>();
        if (first.Payload is { } payload)
            files.Add(new ComparedFile(ComparedFile.Payload, payload.ToString(), second.Result.Payload.ToString()));
        if (first.Symbols is { } symbols)
            files.Add(new ComparedFile(ComparedFile.Symbols, symbols.ToString(), second.Result.Symbols?.ToString()));
        return new Verdict(target, files.ToImmutable(), null);
    }

    private async Task AddAsync(string target, ImmutableArray<string> files, CancellationToken cancel)
    {
        foreach (var file in files)
            _files[Path.GetFileName(file)] = file;
        // The manifest is the last of the files.
        var manifest = files[^1];
        try
        {
            _manifests[target] = TargetManifest.Parse(await File.ReadAllTextAsync(manifest, cancel));
        }
        catch (JsonException e)
        {
            throw VerificationErrors.Manifest(manifest, e.Message);
        }
    }
}
