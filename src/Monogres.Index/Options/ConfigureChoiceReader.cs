using System.Collections.Immutable;
using Monogres.Index.Json;

namespace Monogres.Index.Options;

/// <summary>Reads what is passed to configure: <c>{ "arguments": […], "environment": {…} }</c>.</summary>
internal static class ConfigureChoiceReader
{
    public static readonly ObjectShape Shape = new("configure_choice", [], ["arguments", "environment"]);

    public static ConfigureChoice Read(JsonField? field)
    {
        if (field is not { } there)
            return ConfigureChoice.Nothing;

        var choice = there.Object(Shape);
        return Read(choice, Arguments(choice["arguments"], []));
    }

    public static ConfigureChoice Read(JsonShaped choice, ImmutableArray<string> arguments) =>
        new(arguments, EnvironmentMap.Read(choice, "environment"));

    public static ImmutableArray<string> Arguments(JsonField? field, IReadOnlyList<string> placeholders) => field?.List(item =>
    {
        var text = item.Template(item.Text(), placeholders).Text;
        if (text.Length > 0 && !text.StartsWith("--", StringComparison.Ordinal))
            item.Problem($"is `{text}`: expected an argument of configure, which begins with `--`");
        return text;
    }) ?? [];
}
