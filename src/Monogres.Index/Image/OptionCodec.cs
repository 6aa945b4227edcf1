using System.Collections.Immutable;
using Monogres.Index.Options;

namespace Monogres.Index.Image;

/// <summary>The options of PostgreSQL and their sets.</summary>
internal static class OptionCodec
{
    public static OptionSets Sets(Wire wire, OptionSets? value)
    {
        var options = wire.List(value?.Options, Option);
        return new OptionSets
        {
            Options = options,
            Sets = wire.List(value?.Sets, (inner, set) => Set(inner, set, options)),
            Default = wire.SetName(value?.Default),
        };
    }

    public static ConfigureChoice Choice(Wire wire, ConfigureChoice? value) => new(wire.Texts(value?.Arguments), wire.TextMap(value?.Environment));

    private static Option Option(Wire wire, Option? value) => new()
    {
        Name = wire.Text(value?.Name),
        Summary = wire.Text(value?.Summary),
        Postgres = wire.Range(value?.Postgres),
        On = Choice(wire, value?.On),
        Off = Choice(wire, value?.Off),
        BuildPackageSets = wire.Texts(value?.BuildPackageSets),
        RuntimePackageSets = wire.Texts(value?.RuntimePackageSets),
        SmokeTest = wire.MaybeText(value?.SmokeTest),
    };

    // The options of a set are those of the list themselves, by which they are found in it.
    private static OptionSet Set(Wire wire, OptionSet? value, ImmutableArray<Option> options) => new()
    {
        Name = wire.SetName(value?.Name),
        Summary = wire.Text(value?.Summary),
        Extends = wire.MaybeSetName(value?.Extends),
        On = wire.List(value?.On, (inner, option) => Named(inner.Text(option?.Name), options)),
        CompilerFlags = wire.MaybeList(value?.CompilerFlags, static (inner, flag) => inner.Text(flag)),
    };

    private static Option Named(string name, ImmutableArray<Option> options) => options.First(option => string.Equals(option.Name, name, StringComparison.Ordinal));
}
