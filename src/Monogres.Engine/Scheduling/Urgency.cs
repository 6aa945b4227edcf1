namespace Monogres.Engine.Scheduling;

/// <summary>How much waits for a piece of work.</summary>
/// <param name="Seconds">The longest chain of work that begins with it.</param>
/// <param name="Followers">How many pieces of work need it directly; decides among equal chains.</param>
public readonly record struct Urgency(double Seconds, int Followers) : IComparable<Urgency>
{
    /// <inheritdoc/>
    public int CompareTo(Urgency other) => Seconds.CompareTo(other.Seconds) is not 0 and var order ? order : Followers.CompareTo(other.Followers);

    /// <summary>Whether less waits for one than for the other.</summary>
    public static bool operator <(Urgency one, Urgency other) => one.CompareTo(other) < 0;

    /// <summary>Whether more waits for one than for the other.</summary>
    public static bool operator >(Urgency one, Urgency other) => one.CompareTo(other) > 0;

    /// <summary>Whether no more waits for one than for the other.</summary>
    public static bool operator <=(Urgency one, Urgency other) => one.CompareTo(other) <= 0;

    /// <summary>Whether no less waits for one than for the other.</summary>
    public static bool operator >=(Urgency one, Urgency other) => one.CompareTo(other) >= 0;
}
