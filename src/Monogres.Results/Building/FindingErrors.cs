using Monogres.Core;

namespace Monogres.Results.Building;

/// <summary>What is wrong with a target that was built.</summary>
public static class FindingErrors
{
    /// <summary>It was built, and checks found errors in it.</summary>
    public static UserErrorException Failed(BuiltTarget built) => new(
        $"`{built.Target}` was built, and does not pass its checks",
        "docs/reference/checks.md says for each check why it matters and what to do",
        [.. built.Findings.Where(finding => finding.IsFailure).Select(finding => finding.ToString())]);
}
