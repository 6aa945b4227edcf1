using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Proof.Json;
using Monogres.Proof.Provenance;
using Monogres.Proof.Signatures;

namespace Monogres.Proof.Policies;

/// <summary>What must hold of an artifact before it is accepted.</summary>
/// <param name="Keys">Whose statements count, each key for one builder.</param>
/// <param name="Threshold">How many of them must state the same digest; at least one.</param>
/// <param name="Formats">The package formats that are accepted; null for all.</param>
public sealed record Policy(ImmutableArray<VerificationKey> Keys, int Threshold, ImmutableArray<string>? Formats)
{
    private const int FormatVersion = 1;

    /// <summary>A policy that one may be satisfied by.</summary>
    /// <exception cref="UserErrorException">There are fewer keys than builders must agree.</exception>
    public static Policy Of(IEnumerable<VerificationKey> keys, int threshold, ImmutableArray<string>? formats)
    {
        // A key that is named twice is one builder.
        ImmutableArray<VerificationKey> distinct = [.. keys.Distinct()];
        if (threshold < 1)
            throw new UserErrorException($"a threshold of {threshold} accepts everything", "at least one builder must vouch for an artifact: `--threshold 1`") { ExitCode = ExitCode.Usage };
        return threshold <= distinct.Length ? new Policy(distinct, threshold, formats) : throw new UserErrorException(
            $"{threshold} builders must agree, but there {(distinct.Length == 1 ? "is 1 key" : $"are {distinct.Length} keys")}",
            "name the public key of each builder: `--key alice.pub,bob.pub`") { ExitCode = ExitCode.Usage };
    }

    /// <summary>Reads a policy file, documented in <c>docs/how-to/ask-for-k-of-n.md</c>.</summary>
    /// <param name="path">The file; the files of keys are found from its directory.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">It is no policy, or a key cannot be read.</exception>
    public static async Task<Policy> ReadAsync(string path, CancellationToken cancel)
    {
        try
        {
            var all = JsonReading.Parse(await ReadFileAsync(path, cancel));
            if (all.Select(member => member.Key).Except(["version", "threshold", "keys", "formats"], StringComparer.Ordinal).FirstOrDefault() is { } unknown)
                throw new FormatException($"`{unknown}` is not a field of a policy");
            if (NumberOf(all, "version") is not FormatVersion)
                throw new FormatException($"`version` is not {FormatVersion}");

            var keys = new List<VerificationKey>();
            foreach (var (name, file) in all.Member("keys"))
            {
                var from = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, file is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new FormatException($"`keys.{name}` is not the name of a file"));
                keys.Add(VerificationKey.Parse(System.Text.Encoding.UTF8.GetString(await ReadFileAsync(from, cancel)), from).Called(name));
            }

            return Of(keys, NumberOf(all, "threshold"), FormatsOf(all));
        }
        catch (FormatException error)
        {
            throw new UserErrorException(
                $"`{path}` is not a policy: {error.Message}", """a policy looks like {"version": 1, "threshold": 2, "keys": {"alice": "alice.pub", "bob": "bob.pub"}, "formats": ["deb"]}""");
        }
    }

    /// <summary>Why an artifact of this name is not accepted whoever vouches for it, or null.</summary>
    internal string? ReasonAgainst(string name) =>
        Formats is not { } formats || ArtifactKinds.FormatOf(name) is not { } format || formats.Contains(format, StringComparer.Ordinal) ? null
        : $"its format is `{format}`, and the policy accepts {string.Join(", ", formats.Select(one => $"`{one}`"))}";

    private static ImmutableArray<string>? FormatsOf(JsonObject all)
    {
        if (all["formats"] is not { } field)
            return null;
        if (field is not JsonArray { Count: > 0 } list)
            throw new FormatException("`formats` is not a list of formats");

        var known = ArtifactKinds.Formats;
        return
        [
            .. list.Select(item => item is JsonValue value && value.TryGetValue<string>(out var name) && known.Contains(name)
                ? name
                : throw new FormatException($"`formats` has {item?.ToJsonString() ?? "null"} in it; the formats are {string.Join(", ", known)}")),
        ];
    }

    private static int NumberOf(JsonObject all, string name) =>
        all[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : throw new FormatException($"`{name}` is missing, or not a whole number");

    private static async Task<byte[]> ReadFileAsync(string path, CancellationToken cancel)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancel);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw ArtifactErrors.Unreadable(path, trouble);
        }
    }
}
