using System.Collections.Immutable;
using System.Text;
using Monogres.Engine.Steps;
using Monogres.Core;

namespace Monogres.Plans.Scripts;

/// <summary>What a server is told so that extensions work in it.</summary>
/// <param name="Preload">Libraries for <c>shared_preload_libraries</c>, in the order in which they are loaded.</param>
/// <param name="Others">Every other setting, by name.</param>
public sealed record ServerSettings(ImmutableArray<string> Preload, ImmutableSortedDictionary<string, string> Others)
{
    /// <summary>Nothing.</summary>
    public static ServerSettings None { get; } = new([], ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>Settings by name, the libraries to preload among them.</summary>
    public static ServerSettings Of(ImmutableSortedDictionary<string, string> settings) => settings.TryGetValue(PreloadSetting, out var libraries)
        ? new ServerSettings([.. libraries.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)], settings.Remove(PreloadSetting))
        : new ServerSettings([], settings);

    private const string PreloadSetting = "shared_preload_libraries";

    /// <summary>These and then others: libraries are loaded once, where they come first, and a later setting wins.</summary>
    public ServerSettings Then(ServerSettings next) =>
        new([.. Preload.Concat(next.Preload).Distinct(StringComparer.Ordinal)], Others.SetItems(next.Others));

    /// <summary>Adds the settings to the description of a script.</summary>
    internal void Describe(KeyWriter key)
    {
        key.Add(Preload).Add(Others.Count);
        foreach (var (name, value) in Others)
            key.Add(name).Add(value);
    }

    /// <summary>The lines for <c>postgresql.conf</c>; empty when there is nothing to say.</summary>
    public string ToConfiguration()
    {
        var text = new StringBuilder();
        if (!Preload.IsEmpty)
            Add(text, PreloadSetting, string.Join(',', Preload));
        foreach (var (name, value) in Others)
            Add(text, name, value);
        return text.ToString();
    }

    // A quote is doubled, and a backslash begins an escape (src/backend/utils/misc/guc-file.l).
    private static void Add(StringBuilder text, string name, string value) =>
        text.Append(name).Append(" = '").Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)).Append("'\n");
}
