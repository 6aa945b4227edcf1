namespace Monogres.Store.Downloads;

/// <summary>What came of asking one place once.</summary>
internal abstract record PlaceOutcome
{
    /// <summary>All of it is here, and it is what was wanted.</summary>
    public sealed record Complete : PlaceOutcome;

    /// <summary>The place does not have it.</summary>
    public sealed record Unusable(string Reason) : PlaceOutcome;

    /// <summary>It may work the next time.</summary>
    /// <param name="Reason">What happened.</param>
    /// <param name="Wait">How long the server asks to wait, or null.</param>
    /// <param name="IsSilent">Whether it just said nothing.</param>
    public sealed record Transient(string Reason, TimeSpan? Wait, bool IsSilent) : PlaceOutcome;

    /// <summary>The host cannot be reached, whatever is asked of it.</summary>
    public sealed record Unreachable(string Reason) : PlaceOutcome;
}
