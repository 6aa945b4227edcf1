using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Json;

namespace Monogres.Index.Extensions;

/// <summary>A reference from one project to another by name; the index must have an extension of that name.</summary>
internal sealed record ProjectMention(ProjectName Name, JsonField Field)
{
    /// <summary>Reads a list of names of projects; empty when the field is absent. A name that cannot be read is skipped.</summary>
    public static ImmutableArray<ProjectMention> Read(JsonField? field)
    {
        if (field is not { } there)
            return [];

        var names = there.DistinctTexts();
        var mentions = ImmutableArray.CreateBuilder<ProjectMention>(names.Length);
        for (var i = 0; i < names.Length; i++)
        {
            if (ProjectName.TryParse(names[i], out var name))
                mentions.Add(new ProjectMention(name, there.At(i)));
            else if (names[i].Length > 0)
                there.At(i).Problem($"is `{names[i]}`: expected the name of a project: lower-case letters, digits, `-` and `_`");
        }

        return mentions.ToImmutable();
    }
}
