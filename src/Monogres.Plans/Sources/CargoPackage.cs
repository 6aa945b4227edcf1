using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Monogres.Core;

namespace Monogres.Plans.Sources;

/// <summary>
/// A package of a <c>Cargo.lock</c> (<see href="https://doc.rust-lang.org/cargo/reference/resolver.html"/>): a member of the workspace,
/// which has no source; a crate of a registry, with the SHA-256 of its file; or one from git, by commit.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Source">Where it comes from: <c>registry+https://…</c>, <c>git+https://…#COMMIT</c>; null for a member of the workspace.</param>
/// <param name="Checksum">The SHA-256 of the crate; null where the lock has none.</param>
public sealed partial record CargoPackage(string Name, string Version, string? Source, Sha256Hash? Checksum)
{
    /// <summary>Whether it is a crate of a registry.</summary>
    public bool IsCrate => Source is not null && (Source.StartsWith("registry+", StringComparison.Ordinal) || Source.StartsWith("sparse+", StringComparison.Ordinal));

    /// <summary>Reads a lock file. Fields that say nothing of a package's source, such as its dependencies, are passed over.</summary>
    /// <exception cref="FormatException">A package lacks its name or version, or has them in an unknown form.</exception>
    public static ImmutableArray<CargoPackage> Read(string text)
    {
        var packages = ImmutableArray.CreateBuilder<CargoPackage>();
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var isPackage = false;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Append("["))
        {
            if (line.StartsWith('['))
            {
                if (isPackage)
                    packages.Add(Of(fields));
                fields.Clear();
                isPackage = line.Trim() is "[[package]]";
            }
            else if (Field().Match(line) is { Success: true } field)
            {
                fields[field.Groups["name"].Value] = field.Groups["value"].Value;
            }
        }

        return packages.ToImmutable();
    }

    // Cargo writes one field to a line, and names and versions without anything that TOML would escape.
    private static CargoPackage Of(Dictionary<string, string> fields)
    {
        string Required(string field) => fields.TryGetValue(field, out var value) && Word().IsMatch(value) ? value : throw new FormatException($"a package has no `{field}`, or one that no crate can have");
        var checksum = fields.GetValueOrDefault("checksum");
        return new CargoPackage(
            Required("name"), Required("version"), fields.GetValueOrDefault("source"),
            checksum is null ? null : Sha256Hash.TryParse(checksum, out var hash) ? hash : throw new FormatException($"the checksum of `{fields["name"]}` is no SHA-256"));
    }

    [GeneratedRegex(@"^(?<name>[a-z]+) = ""(?<value>[^""\\]*)""$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Field();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.+-]*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();
}
