using Monogres.Index.Json;
using Monogres.Index.Styles;

namespace Monogres.Index.Image;

/// <summary>The styles that build servers, and those that build extensions.</summary>
internal static class StyleCodec
{
    public static BuildStyle Style(Wire wire, BuildStyle? value) => new()
    {
        Name = wire.Text(value?.Name),
        Summary = wire.Text(value?.Summary),
        BuildPackageSets = wire.Texts(value?.BuildPackageSets),
        TestPackageSets = wire.Texts(value?.TestPackageSets),
        Prefix = wire.Template(value?.Prefix),
        CompilerFlags = wire.Texts(value?.CompilerFlags),
        Configure = wire.List(value?.Configure, Configure),
        Drop = wire.List(value?.Drop, Drop),
        Steps = wire.List(value?.Steps, Step),
        Tests = wire.List(value?.Tests, Step),
        SmokeTests = wire.List(value?.SmokeTests, Step),
    };

    public static ExtensionStyle ExtensionStyle(Wire wire, ExtensionStyle? value) => new()
    {
        Name = wire.Text(value?.Name),
        Summary = wire.Text(value?.Summary),
        BuildPackageSets = wire.Texts(value?.BuildPackageSets),
        TestPackageSets = wire.Texts(value?.TestPackageSets),
        Steps = wire.List(value?.Steps, Step),
        Tests = wire.List(value?.Tests, Step),
    };

    private static StyleConfigure Configure(Wire wire, StyleConfigure? value) => new(wire.Range(value?.Postgres), OptionCodec.Choice(wire, value?.Choice));

    private static StyleDrop Drop(Wire wire, StyleDrop? value) => new(wire.Range(value?.Postgres), wire.Texts(value?.Paths));

    private static StyleStep Step(Wire wire, StyleStep? value) => new(wire.Text(value?.Name), wire.Range(value?.Postgres), wire.Template(value?.Run));
}
