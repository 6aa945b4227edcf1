using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Monogres.Cli.Commands;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Matrix;
using Monogres.Results.Testing;
using Monogres.Testing;

namespace Monogres.Cli.Tests.Terminal;

public class EventsPageTests
{
    private static readonly string[] Page = File.ReadAllLines(RepositoryFiles.At("docs/reference/events.md"));

    public static TheoryData<string, string[]> Kinds =>
    [
        .. KindsOf(typeof(EngineEvent)).Concat(KindsOf(typeof(TargetEvent)))
            .Append(("progress", FieldsOf(typeof(ProgressFigures)).Where(value => value != "event").ToArray()))
            .Append(("tested", TestCommand.Json(new TargetId(TargetName.Parse("postgres@15.18"), TargetId.DefaultPlatform, TargetId.DefaultToolchain), new TestReport([])).Select(one => one.Key).Where(name => name != "event").ToArray()))
            .Append(("row", FieldsOf(typeof(MatrixRow)).ToArray()))
            .Select(kind => new TheoryDataRow<string, string[]>(kind.Item1, kind.Item2)),
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_event_is_on_the_page_with_its_fields(string kind, string[] fields)
    {
        var row = Assert.Single(Page, line => line.StartsWith($"| `{kind}` |", StringComparison.Ordinal));
        Assert.NotEmpty(fields);
        Assert.Every(fields, field => Assert.Contains($"`{field}`", row, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_else_is_on_the_page() => Assert.Equal(
        Kinds.Select(kind => kind.Data.Item1).Order(StringComparer.Ordinal),
        Page.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]).Order(StringComparer.Ordinal));

    private static IEnumerable<(string, string[])> KindsOf(Type type) =>
        type.GetCustomAttributes<JsonDerivedTypeAttribute>().Select(kind => ((string)kind.TypeDiscriminator!, FieldsOf(kind.DerivedType).ToArray()));

    private static IEnumerable<string> FieldsOf(Type type) => type.GetProperties()
        .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
        .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));
}
