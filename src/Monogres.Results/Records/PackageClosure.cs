using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Monogres.Core;
using Monogres.Platforms.Lock;

namespace Monogres.Results.Records;

/// <summary>A list of packages, recorded once and referred to by digest from every recipe that has it.</summary>
/// <param name="Packages">The packages, sorted by name and architecture.</param>
public sealed record PackageClosure(ImmutableArray<RecordedPackage> Packages)
{
    /// <summary>The closure of some locked packages.</summary>
    public static PackageClosure Of(IEnumerable<LockedPackage> packages) => new(
    [
        .. packages.DistinctBy(package => (package.Name, package.Digest))
            .OrderBy(package => package.Name, StringComparer.Ordinal).ThenBy(package => package.Architecture, StringComparer.Ordinal)
            .Select(package => new RecordedPackage(package.Name, package.Version, package.Architecture, package.Sha256.ToString())),
    ]);

    /// <summary>The digest of <see cref="ToText"/>.</summary>
    public Digest ToDigest() => Digest.Of(Encoding.UTF8.GetBytes(ToText()));

    /// <summary>The file's text: indented, LF, final newline.</summary>
    public string ToText() => JsonSerializer.Serialize(this, RecordsJson.Readable.PackageClosure) + "\n";

    /// <summary>Reads a closure back.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static PackageClosure Parse(string text) => JsonSerializer.Deserialize(text, RecordsJson.Default.PackageClosure) ?? throw new JsonException("a closure of packages is an object");

    /// <summary>What differs from an earlier closure, in words.</summary>
    public IEnumerable<string> DifferencesFrom(PackageClosure earlier)
    {
        // A root for cross-compiling can have a package twice, for two machines.
        var before = earlier.Packages.ToLookup(package => package.Name, StringComparer.Ordinal);
        var now = Packages.ToLookup(package => package.Name, StringComparer.Ordinal);
        foreach (var name in before.Concat(now).Select(packages => packages.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (old, current) = (Versions(before[name]), Versions(now[name]));
            if (!before.Contains(name))
                yield return $"package {name}: added, {current}";
            else if (!now.Contains(name))
                yield return $"package {name}: removed, was {old}";
            else if (!before[name].SequenceEqual(now[name]))
                yield return $"package {name}: was {old}, is {current}{(string.Equals(old, current, StringComparison.Ordinal) ? " with different content" : "")}";
        }

        static string Versions(IEnumerable<RecordedPackage> packages) => packages.ToArray() is [var one]
            ? one.Version
            : string.Join(" and ", packages.Select(package => $"{package.Version} ({package.Architecture})"));
    }
}

/// <summary>A package of a root.</summary>
public sealed record RecordedPackage(string Name, string Version, string Architecture, string Sha256);
