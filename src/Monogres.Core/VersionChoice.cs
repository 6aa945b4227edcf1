namespace Monogres.Core;

/// <summary>Which releases of a PostgreSQL project a pattern asks for: the part after <c>@</c>.</summary>
public abstract record VersionChoice
{
    private VersionChoice()
    {
    }

    /// <summary>The newest release, when no version is given.</summary>
    public sealed record Newest : VersionChoice
    {
        /// <inheritdoc/>
        public override string ToString() => "";
    }

    /// <summary>The newest release of a major, <c>15</c>.</summary>
    /// <param name="Major">The major.</param>
    public sealed record NewestOf(int Major) : VersionChoice
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Major}";
    }

    /// <summary>Exactly one release, <c>15.18</c>.</summary>
    /// <param name="Version">The version.</param>
    public sealed record Exactly(PgVersion Version) : VersionChoice
    {
        /// <inheritdoc/>
        public override string ToString() => Version.ToString();
    }

    /// <summary>Every release of these majors, both ends included: <c>15..18</c>.</summary>
    /// <param name="First">The first major.</param>
    /// <param name="Last">The last major, not before the first.</param>
    public sealed record Majors(int First, int Last) : VersionChoice
    {
        /// <inheritdoc/>
        public override string ToString() => $"{First}..{Last}";
    }

    /// <summary>Every release from one to another, both included: <c>15.3..15.8</c>.</summary>
    /// <param name="First">The first version.</param>
    /// <param name="Last">The last version, not before the first.</param>
    public sealed record Between(PgVersion First, PgVersion Last) : VersionChoice
    {
        /// <inheritdoc/>
        public override string ToString() => $"{First}..{Last}";
    }

    /// <summary>Every release, <c>*</c>.</summary>
    public sealed record Every : VersionChoice
    {
        /// <inheritdoc/>
        public override string ToString() => "*";
    }
}
