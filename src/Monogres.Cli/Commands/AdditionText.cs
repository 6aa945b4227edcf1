using System.Text.Json.Nodes;
using Monogres.Cli.Terminal;
using Monogres.Monobot.Trials;

namespace Monogres.Cli.Commands;

/// <summary>What became of an addition from a repository, for people and for programs.</summary>
internal static class AdditionText
{
    /// <summary>What was tried, and then what the entry says.</summary>
    public static string Of(Addition addition) => addition.Proven is not { } proven ? $"{addition.File.Path}: unchanged\n"
        : TrialText.Of(proven) + (proven.Added.IsEmpty
            ? $"{addition.File.Path}: unchanged, because {(proven.Tried.Any(one => one.Rows.Any(SeenRange.Fails) || one.Refused.Length > 0) ? "nothing of it works" : "nothing could be tried")}\n"
            : $"{addition.File.Path}: {(addition.IsNew ? "drafted" : "added")} {string.Join("; ", proven.Added.Select(one => $"{one.Version} for PostgreSQL {one.Postgres}"))}\n");

    /// <summary>The same as JSON.</summary>
    public static JsonObject Json(Addition addition)
    {
        var document = new JsonObject
        {
            ["version"] = 1,
            ["file"] = addition.File.Path,
            ["new"] = addition.IsNew,
            ["added"] = JsonText.Strings(addition.Proven?.Added.Select(one => one.Version) ?? []),
            ["tried"] = addition.Proven is { } proven ? TrialText.Json(proven) : new JsonArray(),
            ["notes"] = JsonText.Strings(addition.Notes),
        };
        if (addition.Locked is { } locked)
            document["locked"] = PlatformAddCommand.Json(locked);
        return document;
    }
}
