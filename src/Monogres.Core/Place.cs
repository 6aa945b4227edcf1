
namespace Monogres.Core;

/// <summary>Somewhere a source file can be downloaded from.</summary>
public abstract record Place
{
    private Place()
    {
    }

    /// <summary>The name of the file there.</summary>
    public abstract string FileName { get; }

    /// <summary>A file on the web.</summary>
    /// <param name="Address">Its address, always https.</param>
    public sealed record Web(Uri Address) : Place
    {
        /// <inheritdoc/>
        public override string FileName => Address.Segments[^1];
    }

    /// <summary>A file in the pool of a distribution's archive, which every mirror of it has; the mirror is a setting.</summary>
    /// <param name="Archive">The archive: <c>debian</c> or <c>debian-security</c>.</param>
    /// <param name="Path">The path below the archive's root.</param>
    public sealed record Pool(string Archive, RelativePath Path) : Place
    {
        /// <inheritdoc/>
        public override string FileName => Path.Name;
    }
}
