namespace Monogres.Architecture.Tests.Structure;

/// <summary>What one type declares and uses, by its metadata: signatures, base types, fields, attributes and the bodies of its methods.</summary>
public sealed class TypeFacts(TypeName type)
{
    public TypeName Type => type;

    /// <summary>Types of the rooms that it refers to.</summary>
    public ISet<TypeName> Uses { get; } = new HashSet<TypeName>();

    /// <summary>Types of the runtime and of packages that it refers to, with their namespaces: <c>System.IO.File</c>.</summary>
    public ISet<string> Outside { get; } = new SortedSet<string>(StringComparer.Ordinal);

    /// <summary>Members of these: <c>System.DateTimeOffset.get_UtcNow</c>.</summary>
    public ISet<string> Members { get; } = new SortedSet<string>(StringComparer.Ordinal);

    /// <summary>String constants, in bodies and in fields.</summary>
    public ISet<string> Texts { get; } = new SortedSet<string>(StringComparer.Ordinal);

    /// <summary>Names of the types, members and parameters that it declares.</summary>
    public ISet<string> Names { get; } = new SortedSet<string>(StringComparer.Ordinal);
}
