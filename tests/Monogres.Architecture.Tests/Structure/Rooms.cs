using System.Collections.Immutable;
using System.Xml.Linq;
using Monogres.Testing;

namespace Monogres.Architecture.Tests.Structure;

/// <summary>The projects of <c>src</c>, from the bottom to the top: each may use those before it.</summary>
internal static class Rooms
{
    private static readonly Dictionary<string, ImmutableArray<TypeFacts>> Read = new(StringComparer.Ordinal);
    private static readonly Lock Reading = new();

    public static readonly ImmutableArray<string> InOrder =
    [
        "Core", "Protocol", "Index", "Store", "Platforms", "Actions", "Sandbox", "Remote", "Engine", "Payloads", "Plans", "Sources", "Results", "Matrix", "Monobot", "Packaging", "Proof", "Cli",
    ];

    /// <summary>The types of a room, and what each refers to.</summary>
    public static IEnumerable<TypeFacts> TypesOf(string room)
    {
        lock (Reading)
        {
            if (!Read.TryGetValue(room, out var types))
                Read.Add(room, types = AssemblyReading.Of(room));
            return types;
        }
    }

    /// <summary>The types of all rooms.</summary>
    public static IEnumerable<TypeFacts> Types => InOrder.SelectMany(TypesOf);

    public static string AssemblyOf(string room) => room == "Cli" ? "monogres" : $"Monogres.{room}";

    /// <summary>The room whose assembly has this name, or nothing.</summary>
    public static string? Named(string assembly) => InOrder.FirstOrDefault(room => AssemblyOf(room) == assembly);

    public static XDocument ProjectOf(string room) => XDocument.Load(RepositoryFiles.At($"src/Monogres.{room}/Monogres.{room}.csproj"));

    /// <summary>The rooms that a room's project refers to, in order.</summary>
    public static ImmutableArray<string> References(string room)
    {
        var names = ProjectOf(room).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)["Monogres.".Length..]).ToHashSet(StringComparer.Ordinal);
        return [.. InOrder.Where(names.Remove), .. names];
    }

    /// <summary>Those, and the ones that they refer to in turn: everything that a type of the room could use.</summary>
    public static ImmutableArray<string> Reachable(string room)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        void Reach(string from)
        {
            foreach (var to in References(from).Where(reached.Add))
                Reach(to);
        }

        Reach(room);
        return [.. InOrder.Where(reached.Contains)];
    }
}
