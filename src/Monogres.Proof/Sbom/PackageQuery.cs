using Monogres.Core;
using Monogres.Platforms.Lock;

namespace Monogres.Proof.Sbom;

/// <summary>Which component is looked for: <c>libssl3</c>, <c>libssl3@3.0</c> for all of 3.0, <c>libssl3&lt;3.0.17-1</c>.</summary>
public sealed record PackageQuery
{
    // The longer ones first: `<=` begins as `<` does.
    private static readonly string[] Relations = ["<=", ">=", "<", ">", "@"];

    private readonly string _relation, _version;

    private PackageQuery(string name, string relation, string version) => (Name, _relation, _version) = (name, relation, version);

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>Reads a query.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static PackageQuery Parse(string text)
    {
        var at = text.IndexOfAny(['<', '>', '@']);
        var relation = at < 0 ? "" : Relations.First(one => text.AsSpan(at).StartsWith(one));
        var query = at < 0 ? new PackageQuery(text, "", "") : new PackageQuery(text[..at], relation, text[(at + relation.Length)..]);
        return query.Name.Length > 0 && !query.Name.Any(char.IsWhiteSpace) && (at < 0 || query._version.Length > 0) ? query : throw new UserErrorException(
            $"`{text}` does not say which package is looked for", "write it like `libssl3`, `libssl3@3.0`, or `'libssl3<3.0.17-1'` in quotes") { ExitCode = ExitCode.Usage };
    }

    /// <summary>Whether a component is one of those that are looked for; one without a version is, whatever it may be.</summary>
    public bool Matches(string name, string? version) => string.Equals(name, Name, StringComparison.Ordinal) && (version is null || _relation switch
    {
        "" => true,
        "@" => IsOf(version),
        "<" => Compare(version) < 0,
        "<=" => Compare(version) <= 0,
        ">" => Compare(version) > 0,
        _ => Compare(version) >= 0,
    });

    // 3.0 stands for 3.0.17-1 and not for 3.01; an epoch need not be known.
    private bool IsOf(string version)
    {
        var rest = _version.Contains(':', StringComparison.Ordinal) ? version : version[(version.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return rest.StartsWith(_version, StringComparison.Ordinal) && (rest.Length == _version.Length || !char.IsAsciiLetterOrDigit(rest[_version.Length]));
    }

    private int Compare(string version) => DebianVersion.TryParse(version, out var one) && DebianVersion.TryParse(_version, out var other) ? one!.CompareTo(other) : VersionText.Compare(version, _version);
}
