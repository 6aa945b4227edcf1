namespace Monogres.Architecture.Tests.Structure;

/// <summary>A type of a room that is nested in no other; a nested or generated type counts for the one that declares it.</summary>
public sealed record TypeName(string Room, string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}.{Name}";
}
