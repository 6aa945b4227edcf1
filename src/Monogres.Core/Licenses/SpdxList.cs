using System.Buffers;
using System.Collections.Frozen;

namespace Monogres.Core.Licenses;

/// <summary>The identifiers of the SPDX licence list (<see href="https://spdx.org/licenses/"/>), without those that were withdrawn: data beside this file.</summary>
internal static class SpdxList
{
    /// <summary>What the name of a licence begins with that is not of the list.</summary>
    public const string Reference = "LicenseRef-";

    private static readonly Lazy<FrozenSet<string>> AllLicenses = new(() => Read("spdx-licenses.txt")), AllExceptions = new(() => Read("spdx-exceptions.txt"));

    /// <summary>The licences.</summary>
    public static FrozenSet<string> Licenses => AllLicenses.Value;

    private static readonly SearchValues<char> ReferenceCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-");

    /// <summary>The exceptions.</summary>
    public static FrozenSet<string> Exceptions => AllExceptions.Value;

    /// <summary>Whether it is the identifier of a licence: of the list, with or without <c>+</c>, or a reference.</summary>
    public static bool HasLicense(string identifier) => identifier.StartsWith(Reference, StringComparison.Ordinal)
        ? identifier.Length > Reference.Length && identifier.AsSpan(Reference.Length).IndexOfAnyExcept(ReferenceCharacters) < 0
        : Licenses.Contains(identifier.EndsWith('+') ? identifier[..^1] : identifier);

    private static FrozenSet<string> Read(string name)
    {
        using var reader = new StreamReader(typeof(SpdxList).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
    }
}
