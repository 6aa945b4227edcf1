namespace Monogres.Index.Extensions;

/// <summary>What an extension is for. In files, the lower-case word with hyphens: <c>index-access</c>.</summary>
public enum ExtensionCategory
{
    /// <summary>Monitoring, maintenance, scheduling, partitioning.</summary>
    Administration,

    /// <summary>Auditing, authentication, encryption.</summary>
    Security,

    /// <summary>Data types and their operators.</summary>
    Types,

    /// <summary>Functions, aggregates and operators over existing types.</summary>
    Functions,

    /// <summary>Full-text and similarity search, vectors.</summary>
    Search,

    /// <summary>Geometry, geography, routing.</summary>
    Geospatial,

    /// <summary>Index and table access methods, planner hooks.</summary>
    Access,

    /// <summary>Procedural languages and tools for them.</summary>
    Languages,

    /// <summary>Foreign data wrappers.</summary>
    ForeignData,

    /// <summary>Replication, logical decoding, change capture, queues.</summary>
    Replication,

    /// <summary>Time series and analytics.</summary>
    Analytics,

    /// <summary>Compatibility with other databases.</summary>
    Compatibility,

    /// <summary>Testing and development of PostgreSQL itself.</summary>
    Testing,
}
