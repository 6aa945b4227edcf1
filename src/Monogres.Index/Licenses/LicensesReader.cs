using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Core.Licenses;
using Monogres.Index.Json;

namespace Monogres.Index.Licenses;

/// <summary>Reads <c>licenses.json</c>: what may not be redistributed. An index without the file refuses nothing that has a licence.</summary>
internal static class LicensesReader
{
    public static readonly ObjectShape FileShape = new("licenses", ["version", "refused", "projects"], ["$schema"]);

    public static readonly ObjectShape DecisionShape = new("decision", ["redistributable", "why"], []);

    /// <summary>Every shape of the file: the file itself, then what is in it.</summary>
    public static readonly ObjectShape[] Shapes = [FileShape, DecisionShape];

    /// <summary>Reads the file.</summary>
    public static RedistributionRules Read(JsonField root)
    {
        var file = root.Object(FileShape);
        file["version"]?.FormatVersion();
        file["$schema"]?.Text();
        return new RedistributionRules
        {
            Refused = [.. (file["refused"]?.Entries() ?? []).Select(entry => new RefusedLicense(Checked(entry.Name, entry.Field), entry.Field.Text()))],
            Projects = [.. (file["projects"]?.Entries() ?? []).Select(entry => Decision(entry.Name, entry.Field))],
        };
    }

    /// <summary>An SPDX expression; anything else is a problem of the field.</summary>
    public static string Expression(JsonField field)
    {
        var text = field.Text();
        if (text.Length > 0 && !SpdxExpression.TryParse(text, out _, out var problem))
            field.Problem($"is `{text}`, which is no SPDX expression: {problem}", "a licence that is not on the list is written `LicenseRef-NAME`");
        return text;
    }

    private static string Checked(string identifier, JsonField field)
    {
        if (!SpdxExpression.TryParse(identifier, out var expression, out var problem) || expression is not SpdxExpression.License { Exception: null })
            field.Problem($"is not of one licence: {problem ?? "it is an expression"}");
        return identifier;
    }

    private static ProjectDecision Decision(string project, JsonField field)
    {
        if (!ProjectName.TryParse(project, out _))
            field.Problem("is not of a project: lower-case letters, digits, `-` and `_`");
        var decision = field.Object(DecisionShape);
        return new ProjectDecision(project, decision["redistributable"]?.Boolean() ?? false, decision.Text("why"));
    }
}
