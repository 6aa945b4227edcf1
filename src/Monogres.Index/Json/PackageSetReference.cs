using System.Collections.Immutable;

namespace Monogres.Index.Json;

/// <summary>A reference to a package set by name; every platform must have that set.</summary>
internal sealed record PackageSetReference(string Name, JsonField Field)
{
    /// <summary>Reads a list of names of package sets and notes each mention.</summary>
    public static ImmutableArray<string> Read(JsonField? field, List<PackageSetReference> mentions)
    {
        if (field is not { } there)
            return [];

        var names = there.DistinctTexts();
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i].Length > 0)
                mentions.Add(new PackageSetReference(names[i], there.At(i)));
        }

        return names;
    }
}
