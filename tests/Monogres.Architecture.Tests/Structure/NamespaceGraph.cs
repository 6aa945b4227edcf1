using System.Collections.Immutable;
using System.Text;

namespace Monogres.Architecture.Tests.Structure;

/// <summary>Which namespace uses which, and by which types: a namespace is a folder.</summary>
internal sealed class NamespaceGraph
{
    private readonly SortedDictionary<string, SortedDictionary<string, SortedSet<string>>> uses = new(StringComparer.Ordinal);

    public NamespaceGraph(IEnumerable<TypeFacts> types)
    {
        foreach (var type in types)
        {
            var from = Node(type.Type.Namespace);
            foreach (var used in type.Uses.Where(used => used.Namespace != type.Type.Namespace))
            {
                Node(used.Namespace);
                if (!from.TryGetValue(used.Namespace, out var reasons))
                    from.Add(used.Namespace, reasons = new(StringComparer.Ordinal));
                reasons.Add($"{type.Type.Name} → {used.Name}");
            }
        }
    }

    public IEnumerable<string> Namespaces => uses.Keys;

    /// <summary>The namespaces that one uses, sorted.</summary>
    public IEnumerable<string> UsedBy(string name) => uses[name].Keys;

    /// <summary>What makes one use another: <c>User → Used</c> for each pair of types.</summary>
    public IReadOnlyCollection<string> Reasons(string from, string to) => uses[from].TryGetValue(to, out var reasons) ? reasons : [];

    /// <summary>Groups of namespaces that each reach all others of the group, of more than one namespace.</summary>
    public ImmutableArray<ImmutableArray<string>> Knots()
    {
        // Reachability of each: a few hundred namespaces, so nothing cleverer pays.
        var reached = uses.Keys.ToDictionary(name => name, name => DistancesFrom(name).Keys.ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        return [.. uses.Keys
            .Select(name => reached[name].Where(other => other == name || reached[other].Contains(name)).Append(name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray())
            .Where(knot => knot.Length > 1).DistinctBy(knot => knot[0], StringComparer.Ordinal)];
    }

    /// <summary>A shortest way from a namespace of a knot through others back to itself.</summary>
    public ImmutableArray<string> ShortestCycle(ImmutableArray<string> knot) => knot
        .SelectMany(start => UsedBy(start).Select(next => (ImmutableArray<string>)[start, .. PathBetween(next, start)]))
        .Where(path => path.Length > 1 && path[^1] == path[0]).MinBy(path => path.Length);

    /// <summary>Every knot with its shortest cycle, and the types that make each edge of it.</summary>
    public string Describe(ImmutableArray<ImmutableArray<string>> knots)
    {
        var text = new StringBuilder();
        foreach (var knot in knots)
        {
            text.Append($"{string.Join(", ", knot)} depend on each other\n");
            var cycle = ShortestCycle(knot);
            foreach (var (from, to) in cycle.Zip(cycle.Skip(1)))
            {
                text.Append($"  {from} uses {to}\n");
                foreach (var reason in Reasons(from, to))
                    text.Append($"    {reason}\n");
            }
        }

        return text.ToString();
    }

    private ImmutableArray<string> PathBetween(string from, string to)
    {
        var before = DistancesFrom(from);
        if (from == to)
            return [to];
        if (!before.ContainsKey(to))
            return [];
        var path = new List<string> { to };
        while (path[^1] != from)
            path.Add(before[path[^1]]);
        path.Reverse();
        return [.. path];
    }

    /// <summary>Each namespace that is reached, and the one before it on a shortest way.</summary>
    private Dictionary<string, string> DistancesFrom(string start)
    {
        var before = new Dictionary<string, string>(StringComparer.Ordinal);
        var next = new Queue<string>([start]);
        while (next.TryDequeue(out var name))
        {
            foreach (var used in UsedBy(name).Where(used => before.TryAdd(used, name)))
                next.Enqueue(used);
        }

        return before;
    }

    private SortedDictionary<string, SortedSet<string>> Node(string name)
    {
        if (!uses.TryGetValue(name, out var node))
            uses.Add(name, node = new(StringComparer.Ordinal));
        return node;
    }
}
