using System.Globalization;
using System.Text;
using Monogres.Core;
using Monogres.Plans.Targets;

namespace Monogres.Matrix;

/// <summary>A table of results as a Markdown page: PostgreSQL row by row, then extensions against the PostgreSQL that each was built for.</summary>
public static class MatrixPage
{
    /// <summary>The page's text.</summary>
    public static string Of(MatrixTable table)
    {
        var text = new StringBuilder("# What has been built\n\nWritten by `monogres matrix`. `builds` counts how often the same inputs were built with an identical payload; `proven` counts how often each was rebuilt from source under other conditions with the same result, and along how many axes (docs/reference/variations.md); sizes are those of all files of the payload; seconds were measured on one machine on one day.\n");
        foreach (var group in table.Rows.GroupBy(row => (row.Platform, row.Toolchain)))
        {
            var rows = group.Select(row => (Row: row, Target: TargetName.Parse(row.Target))).ToArray();
            var servers = rows.Where(one => one.Target.Extension is null).Select(one => one.Row).ToArray();
            if (servers.Length > 0)
                Servers(text, $"{group.Key.Platform}, {group.Key.Toolchain}", servers);

            var extensions = rows.Where(one => one.Target.Extension is not null).ToArray();
            if (extensions.Length > 0)
                Extensions(text, $"{group.Key.Platform}, {group.Key.Toolchain}", extensions);
        }

        return text.ToString();
    }

    private static void Servers(StringBuilder text, string where, IEnumerable<MatrixRow> rows)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {where}\n\n| target | built | tests | payload | builds | proven | size | seconds | on |\n| --- | --- | --- | --- | ---: | --- | ---: | ---: | --- |\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Target} | {Word(row)} | {(row.Tests is { } tests ? $"{row.Passed} of {tests}" : "–")} ");
            text.Append(CultureInfo.InvariantCulture, $"| {(row.Payload is { } payload ? $"`{payload.Hash.ToString()[..16]}`" : "–")} ");
            text.Append(CultureInfo.InvariantCulture, $"| {(row.Builds is { } builds ? $"{builds}" : "–")} | {(MatrixProof.Words(row.Proofs) is { Length: > 0 } proven ? proven : "–")} | {(row.Size is { } size ? $"{size / 1e6:0.0} MB" : "–")} | {(row.Seconds is { } seconds ? $"{seconds:0}" : "–")} | {row.Date:yyyy-MM-dd} |\n");
        }
    }

    private static void Extensions(StringBuilder text, string where, (MatrixRow Row, TargetName Target)[] rows)
    {
        // A module has the version of its server, so it is one line for all of them.
        string Line(TargetName target) => string.Equals(target.Extension!.Version, target.Version.ToString(), StringComparison.Ordinal) ? target.Extension.Name.ToString() : target.Extension.ToString();
        var servers = rows.Select(one => one.Target with { Extension = null }).Distinct().Order().ToArray();
        text.Append(CultureInfo.InvariantCulture, $"\n## Extensions: {where}\n\n");
        text.Append("How far each is tested, with the number of tests passed: `built`; `installed`, all its files are installed; `created`, a server starts with it and each of its extensions can be created; `tested`, its own tests pass too. `2×` marks what was built twice with an identical payload, `proven` what was rebuilt under other conditions with the same result.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| extension | {string.Join(" | ", servers.Select(server => $"{server.Version}+{server.OptionSet}"))} |\n| --- |{string.Concat(servers.Select(_ => " --- |"))}\n");
        foreach (var line in rows.GroupBy(one => Line(one.Target), StringComparer.Ordinal).OrderBy(line => line.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"| {line.Key} | {string.Join(" | ", servers.Select(server => Cell(line, server)))} |\n");

        var remarks = rows
            .Where(one => one.Row.Reason is not null)
            .GroupBy(one => (Line: Line(one.Target), one.Row.Reason))
            .OrderBy(same => same.Key.Line, StringComparer.Ordinal).ThenBy(same => same.Min(one => one.Target.Version))
            .ToArray();
        if (remarks.Length > 0)
            text.Append("\nObstacles:\n\n");
        foreach (var same in remarks)
            text.Append(CultureInfo.InvariantCulture, $"- {same.Key.Line}, {string.Join(", ", same.Select(one => one.Target.Version).Distinct().Order())}: {same.Key.Reason}\n");
    }

    private static string Cell(IEnumerable<(MatrixRow Row, TargetName Target)> line, TargetName server)
    {
        if (line.FirstOrDefault(one => (one.Target with { Extension = null }).Equals(server)).Row is not { } row)
            return "";

        return (row.Builds > 1 ? $"{row.Builds}× " : "") + row switch
        {
            { Status: MatrixStatus.Failed } => "no",
            { Status: MatrixStatus.NotRun } => "not run",
            { Status: MatrixStatus.Differs } => "differs",
            { Level: { } level, Tests: { } tests } => $"{level.ToString().ToLowerInvariant()} {row.Passed}/{tests}",
            _ => "built",
        } + (MatrixProof.Words(row.Proofs) is { Length: > 0 } proven ? $", proven {proven}" : "");
    }

    private static string Word(MatrixRow row) => row.Status switch
    {
        MatrixStatus.Built => row.Reason is null ? "yes" : $"yes; {Escaped(row.Reason)}",
        MatrixStatus.TestsFailed => $"yes; {Escaped(row.Reason)}",
        MatrixStatus.Differs => $"not the same: {Escaped(row.Reason)}",
        MatrixStatus.Failed => $"no: {Escaped(row.Reason)}",
        MatrixStatus.NotRun => $"not run: {Escaped(row.Reason)}",
        _ => throw new InvalidOperationException($"no words for {row.Status}"),
    };

    private static string Escaped(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal);
}
