using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Json;

namespace Monogres.Index.Options;

/// <summary>Reads <c>option-sets.json</c>.</summary>
internal static class OptionSetsReader
{
    public static readonly ObjectShape FileShape = new("option_sets", ["version", "default", "options", "sets"], ["$schema"]);
    public static readonly ObjectShape OptionShape = new("option", ["summary", "postgres", "on", "off"], ["build_packages", "runtime_packages", "smoke_test"]);
    public static readonly ObjectShape SetShape = new("set", ["summary", "options"], ["extends", "compiler_flags"]);

    /// <summary>Every shape of the file, the file itself first.</summary>
    public static readonly ObjectShape[] Shapes = [FileShape, OptionShape, ConfigureChoiceReader.Shape, SetShape];

    /// <summary>The option sets, and each mention of a package set with the field where it stands.</summary>
    public static OptionSetsReading Read(JsonField root)
    {
        var file = root.Object(FileShape);
        file["version"]?.FormatVersion();
        file["$schema"]?.Text();
        var mentions = new List<PackageSetReference>();
        ImmutableArray<Option> options = [.. file.Entries("options").Select(entry => ReadOption(entry.Name, entry.Field, mentions))];
        var sets = ReadSets(file, options);
        var byDefault = file.Value<OptionSetName>("default", OptionSetName.TryParse, "the name of an option set");
        if (byDefault.Value.Length > 0 && sets.All(set => set.Name != byDefault))
            file["default"]?.Problem($"names the unknown option set `{byDefault}`", JsonField.Suggest(byDefault.Value, sets.Select(set => set.Name.Value)));

        return new OptionSetsReading(new OptionSets { Options = options, Sets = sets, Default = byDefault }, mentions);
    }

    private static Option ReadOption(string name, JsonField field, List<PackageSetReference> mentions)
    {
        if (!ProjectName.TryParse(name, out _))
            field.Problem("is not a valid name: expected lower-case letters, digits, `-` and `_`");

        var option = field.Object(OptionShape);
        return new Option
        {
            Name = name,
            Summary = option.Text("summary"),
            Postgres = option.Range("postgres"),
            On = ConfigureChoiceReader.Read(option["on"]),
            Off = ConfigureChoiceReader.Read(option["off"]),
            BuildPackageSets = PackageSetReference.Read(option["build_packages"], mentions),
            RuntimePackageSets = PackageSetReference.Read(option["runtime_packages"], mentions),
            SmokeTest = option["smoke_test"]?.Lines(),
        };
    }

    private static ImmutableArray<OptionSet> ReadSets(JsonShaped file, ImmutableArray<Option> options)
    {
        var written = new Dictionary<string, WrittenSet>(StringComparer.Ordinal);
        foreach (var (name, field) in file.Entries("sets"))
        {
            if (!OptionSetName.TryParse(name, out _))
                field.Problem("is not a valid name: expected lower-case letters, digits, `-` and `_`");

            var set = field.Object(SetShape);
            var own = set.DistinctTexts("options");
            var index = 0;
            foreach (var option in own)
            {
                if (option.Length > 0 && options.All(known => !string.Equals(known.Name, option, StringComparison.Ordinal)))
                    set["options"]?.At(index).Problem($"names the unknown option `{option}`", JsonField.Suggest(option, options.Select(known => known.Name)));
                index++;
            }

            written.Add(name, new WrittenSet(set.Text("summary"), set["extends"], set["extends"]?.Text(), own, set["compiler_flags"]?.List(flag => flag.Text())));
        }

        return [.. written.Select(set => Resolve(set.Key, set.Value, written, options))];
    }

    private static OptionSet Resolve(string name, WrittenSet set, Dictionary<string, WrittenSet> all, ImmutableArray<Option> options)
    {
        var on = new HashSet<string>(set.Options, StringComparer.Ordinal);
        var flags = set.CompilerFlags;
        var seen = new HashSet<string>(StringComparer.Ordinal) { name };
        var by = name;
        for (var below = set; below.Extends is { Length: > 0 } next;)
        {
            // Each set reports its own mistake only, not that of a set it extends.
            if (!all.ContainsKey(next))
            {
                if (ReferenceEquals(below, set))
                    set.Field?.Problem($"names the unknown option set `{next}`", JsonField.Suggest(next, all.Keys));
                break;
            }

            if (!seen.Add(next))
            {
                if (string.Equals(next, name, StringComparison.Ordinal))
                    set.Field?.Problem($"is circular: `{name}` extends itself{(ReferenceEquals(below, set) ? "" : $" through `{by}`")}");
                break;
            }

            on.UnionWith(all[next].Options);
            flags ??= all[next].CompilerFlags;
            (below, by) = (all[next], next);
        }

        return new OptionSet
        {
            Name = OptionSetName.TryParse(name, out var parsed) ? parsed : default,
            Summary = set.Summary,
            Extends = set.Extends is { } extends && OptionSetName.TryParse(extends, out var parent) ? parent : null,
            On = [.. options.Where(option => on.Contains(option.Name))],
            CompilerFlags = flags,
        };
    }

    private sealed record WrittenSet(string Summary, JsonField? Field, string? Extends, ImmutableArray<string> Options, ImmutableArray<string>? CompilerFlags);
}

/// <summary>The options and their sets, and each mention of a package set.</summary>
internal sealed record OptionSetsReading(OptionSets Sets, IReadOnlyList<PackageSetReference> Mentions);
