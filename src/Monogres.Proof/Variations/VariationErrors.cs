using Monogres.Core;

namespace Monogres.Proof.Variations;

/// <summary>What can be wrong with a choice of axes.</summary>
public static class VariationErrors
{
    private static readonly string Names = string.Join(", ", AxisTable.All.Select(axis => axis.Name));

    /// <summary>There is no axis of that name.</summary>
    public static UserErrorException Unknown(string name) =>
        new($"there is no axis `{name}` to vary", $"`--vary` takes `{ChosenAxes.UsualName}`, `{ChosenAxes.EveryName}`, or some of {Names}; `-NAME` leaves one out") { ExitCode = ExitCode.Usage };

    /// <summary>Nothing is left to vary.</summary>
    public static UserErrorException NothingVaried(string text) =>
        new($"`--vary {text}` varies nothing", $"name at least one of {Names}") { ExitCode = ExitCode.Usage };
}
