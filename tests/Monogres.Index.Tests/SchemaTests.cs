using System.Text.Json;
using Monogres.Index.Extensions;
using Monogres.Index.Json;
using Monogres.Index.Licenses;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index.Styles;

namespace Monogres.Index.Tests;

public class SchemaTests
{
    public static TheoryData<string> Schemas => ["index", "licenses", "repo", "extension", "modules", "option-sets", "style", "extension-style", "step", "platform"];

    [Theory]
    [MemberData(nameof(Schemas))]
    public void A_schema_has_the_fields_that_the_reader_accepts(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.IndexDirectory, $"schemas/{name}.schema.json")));
        var shapes = ShapesOf(name);
        var definitions = document.RootElement.GetProperty("$defs");
        foreach (var (shape, index) in shapes.Select((shape, index) => (shape, index)))
        {
            var schema = index == 0 ? document.RootElement : definitions.GetProperty(shape.Name);
            Assert.Equal(shape.All.Order(StringComparer.Ordinal), schema.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
            Assert.Equal(shape.Required.Order(StringComparer.Ordinal), schema.GetProperty("required").EnumerateArray().Select(required => required.GetString()).Order(StringComparer.Ordinal));
            Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
        }

        // A definition with fields that no reader knows would be a promise that nobody keeps.
        var known = shapes.Skip(1).Select(shape => shape.Name);
        Assert.Empty(definitions.EnumerateObject().Where(definition => definition.Value.TryGetProperty("properties", out _)).Select(definition => definition.Name).Except(known, StringComparer.Ordinal));
    }

    private static ObjectShape[] ShapesOf(string schema) => schema switch
    {
        "index" => IndexFileReader.Shapes,
        "licenses" => LicensesReader.Shapes,
        "repo" => ProjectReader.Shapes,
        "extension" => ExtensionReader.Shapes,
        "modules" => ModulesReader.Shapes,
        "option-sets" => OptionSetsReader.Shapes,
        "style" => StyleReader.Shapes,
        "extension-style" => ExtensionStyleReader.Shapes,
        "step" => StepReader.FileShapes,
        _ => PlatformReader.Shapes,
    };
}
