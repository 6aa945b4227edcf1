namespace Monogres.Proof.Variations;

/// <summary>Where an axis lies.</summary>
public enum AxisPlace
{
    /// <summary>Around the tool: what its process and its sandbox get from the machine, and must hide from a build.</summary>
    Around,

    /// <summary>Inside the sandbox: what a build can see, and must not let into its result.</summary>
    Inside,
}

/// <summary>One thing that a rebuild has otherwise than the build before it.</summary>
/// <param name="Name">What <c>--vary</c> calls it.</param>
/// <param name="Place">Where it lies.</param>
/// <param name="What">What it is, for people.</param>
/// <param name="There">What the rebuild has, for people.</param>
/// <param name="Apply">Changes the conditions of the rebuild; null where no machine of this kind can vary it.</param>
/// <param name="Obstacle">Why it cannot be varied on a machine, or null when it can.</param>
public sealed record Axis(string Name, AxisPlace Place, string What, string There, Action<Conditions>? Apply, Func<Machine, string?> Obstacle)
{
    /// <summary>Whether it is varied unless it is asked for: those that cost much are not.</summary>
    public bool IsUsual { get; init; } = true;

    /// <summary>What a rebuild has one of only, so that of several axes with the same value the first is varied: <c>clock</c>; null for most.</summary>
    public string? Exclusive { get; init; }
}
