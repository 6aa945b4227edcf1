using System.Collections.Immutable;

namespace Monogres.Index.Json;

/// <summary>
/// The fields that one kind of object in the index has. The reader refuses every other field, and a test holds the published
/// JSON Schemas to the same lists.
/// </summary>
internal sealed class ObjectShape(string name, string[] required, string[] optional)
{
    /// <summary>What such an object is called in the schema.</summary>
    public string Name { get; } = name;

    /// <summary>The name as words.</summary>
    public string Title { get; } = name.Replace('_', ' ');

    public ImmutableArray<string> Required { get; } = [.. required];

    public ImmutableArray<string> Optional { get; } = [.. optional];

    public IReadOnlySet<string> All { get; } = required.Concat(optional).ToHashSet(StringComparer.Ordinal);
}
