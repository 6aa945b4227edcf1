using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Monogres.Core.Licenses;

namespace Monogres.Platforms.Packages;

/// <summary>
/// The file <c>copyright</c> of a Debian package, where it is machine-readable
/// (https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/): the licences of the files of the source that the package is of.
/// </summary>
public static partial class DebianCopyright
{
    private const string Format = "https://www.debian.org/doc/packaging-manuals/copyright-format/1.0";

    // Names that the format or usage has given to licences, where they are not the identifiers of SPDX; those of GNU are computed.
    private static readonly FrozenDictionary<string, string> Identifiers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["Artistic"] = "Artistic-1.0", ["Artistic-1"] = "Artistic-1.0", ["Boost-1.0"] = "BSL-1.0", ["BSD-2-clause"] = "BSD-2-Clause", ["BSD-3-clause"] = "BSD-3-Clause",
        ["BSD-4-clause"] = "BSD-4-Clause", ["BSD-4-clause-UC"] = "BSD-4-Clause-UC", ["Expat"] = "MIT", ["OpenLDAP-2.8"] = "OLDAP-2.8", ["Zlib"] = "Zlib",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> Exceptions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["Autoconf exception"] = "Autoconf-exception-generic", ["Bison exception"] = "Bison-exception-2.2", ["Libtool exception"] = "Libtool-exception",
        ["Linux-syscall-note exception"] = "Linux-syscall-note",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The licences as an SPDX expression: all that any file of the source is under. One that SPDX has no name for is
    /// <c>LicenseRef-debian-PACKAGE-NAME</c>, since names of that kind mean something in one package only. Null when the file is written
    /// for people.
    /// </summary>
    /// <param name="package">The package.</param>
    /// <param name="text">The file.</param>
    public static string? LicenseOf(string package, string text)
    {
        if (!text.StartsWith("Format:", StringComparison.OrdinalIgnoreCase))
            return null;

        try
        {
            var stanzas = Deb822.Parse(text);
            if (stanzas[0]["Format"] is not { } format || !format.Trim().Replace("http://", "https://", StringComparison.Ordinal).StartsWith(Format, StringComparison.Ordinal))
                return null;

            // A paragraph with a licence and no files has the text of one that others name.
            string[] all = [.. stanzas.Where((stanza, i) => i == 0 || stanza["Files"] is not null)
                .Select(stanza => stanza["License"]?.Split('\n')[0].Trim()).OfType<string>().Where(license => license.Length > 0)
                .Select(license => Expression(package, license)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            return all.Length switch { 0 => null, 1 => all[0], _ => string.Join(" AND ", all.Select(Grouped)) };
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // A comma binds weaker than any word, and `or` weaker than `and` (section 7.2 of the format).
    private static string Expression(string package, string license)
    {
        foreach (var (separator, word) in (ReadOnlySpan<(string, string)>)[(", or ", " OR "), (", and ", " AND "), (" and/or ", " OR "), (" or ", " OR "), (" and ", " AND ")])
        {
            if (license.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 1 } parts)
                return string.Join(word, parts.Select(part => Grouped(Expression(package, part))));
        }

        return License(license) ?? $"LicenseRef-debian-{package.Replace('+', '-')}-{NotInReferences().Replace(license, "-")}";
    }

    private static string? License(string license)
    {
        if (license.Split(" with ", 2, StringSplitOptions.TrimEntries) is [var main, var exception])
            return License(main) is { } identifier && Exceptions.TryGetValue(exception, out var known) ? $"{identifier} WITH {known}" : null;
        if (Identifiers.TryGetValue(license, out var other))
            return other;
        if (SpdxExpression.TryParse(license, out var same, out _) && same is SpdxExpression.License { IsReference: false })
            return license;

        var gnu = OfGnu().Match(license);
        return gnu.Success
            ? $"{gnu.Groups["name"].Value}-{gnu.Groups["major"].Value}{(gnu.Groups["minor"] is { Success: true, Value: var minor } ? minor : ".0")}{(gnu.Groups["niv"].Success ? "-no-invariants" : "")}{(gnu.Groups["later"].Success ? "-or-later" : "-only")}"
            : null;
    }

    private static string Grouped(string expression) => expression.Contains(" OR ", StringComparison.Ordinal) || expression.Contains(" AND ", StringComparison.Ordinal) ? $"({expression})" : expression;

    [GeneratedRegex(@"\A(?<name>AGPL|GPL|LGPL|GFDL)-(?<niv>NIV-)?(?<major>[1-3])(?<minor>\.[0-9])?(?<later>\+)?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OfGnu();

    // SPDX 2.3, annex D: letters, digits, full stops and hyphens.
    [GeneratedRegex("[^A-Za-z0-9.-]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NotInReferences();
}
