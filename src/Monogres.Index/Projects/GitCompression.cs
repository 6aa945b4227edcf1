namespace Monogres.Index.Projects;

/// <summary>How an archive that <c>git archive</c> makes of a commit is compressed, to the byte.</summary>
public enum GitCompression
{
    /// <summary><c>gzip -n</c>, as GitHub does for archives of tags.</summary>
    Gzip,

    /// <summary><c>bzip2 -9</c>, as <c>make dist</c> of PostgreSQL does from 17 on.</summary>
    Bzip2,
}
