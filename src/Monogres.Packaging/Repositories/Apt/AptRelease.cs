using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Monogres.Core;

namespace Monogres.Packaging.Repositories.Apt;

/// <summary>The <c>Release</c> file of a suite: its date, and the digest of each index.</summary>
internal sealed record AptRelease
{
    public required string Suite { get; init; }

    public required DateTimeOffset Date { get; init; }

    /// <summary>Until when clients believe it, or null for ever.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>The indices by their path below the suite: <c>main/binary-amd64/Packages</c>.</summary>
    public required ImmutableSortedDictionary<string, Digest> Files { get; init; }

    /// <summary>The components of these indices.</summary>
    public IEnumerable<string> Components => Files.Keys.Select(path => path.Split('/')[0]).Distinct(StringComparer.Ordinal);

    private IEnumerable<string> Architectures =>
        Files.Keys.Select(path => path.Split('/')[1]["binary-".Length..]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>The text of the file.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("Origin: Monogres\nLabel: Monogres\n")
            .Append($"Suite: {Suite}\nCodename: {Suite}\nDate: {Words(Date)}\n")
            .Append(ValidUntil is { } end ? $"Valid-Until: {Words(end)}\n" : "")
            .Append("Acquire-By-Hash: yes\n")
            .Append($"Architectures: {string.Join(' ', Architectures)}\nComponents: {string.Join(' ', Components)}\nSHA256:\n");
        foreach (var (path, digest) in Files)
            text.Append($" {digest.Hash} {digest.Size} {path}\n");
        return text.ToString();
    }

    private static string Words(DateTimeOffset moment) => moment.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
