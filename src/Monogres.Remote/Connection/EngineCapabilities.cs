using Monogres.Protocol;

namespace Monogres.Remote.Connection;

/// <summary>What an engine says it can, as far as we ask.</summary>
/// <param name="CanExecute">It runs actions.</param>
/// <param name="CanUpdateResults">We may write results into its cache.</param>
/// <param name="BatchBytes">How many bytes of blobs a call may carry.</param>
/// <param name="HighVersion">The newest version of the API that it speaks.</param>
/// <param name="AllowsAbsoluteLinks">Whether it takes symbolic links with absolute targets.</param>
/// <param name="OffersZstd">Whether large blobs may travel compressed (REAPI <c>compressed-blobs/zstd</c>).</param>
public sealed record EngineCapabilities(bool CanExecute, bool CanUpdateResults, int BatchBytes, Version HighVersion, bool AllowsAbsoluteLinks, bool OffersZstd)
{
    // A message of gRPC has 4 MiB unless somebody says otherwise, and engines forget that theirs have.
    private const int MostBatchBytes = (4 << 20) - (64 << 10);

    private const int LeastBatchBytes = 64 << 10;

    /// <summary>Since then <c>Command.output_paths</c> names the outputs.</summary>
    public static Version OutputPaths { get; } = new(2, 1);

    /// <summary>Since then <c>Action.platform</c> holds the properties, besides <c>Command.platform</c>.</summary>
    public static Version ActionPlatform { get; } = new(2, 2);

    /// <summary>Reads the message, and refuses an engine that we cannot work with.</summary>
    /// <exception cref="RemoteException">It does not use SHA-256, or speaks another version of the API.</exception>
    public static EngineCapabilities Of(RemoteAddress address, ServerCapabilities message)
    {
        var cache = message.CacheCapabilities ?? new CacheCapabilities();
        var execution = message.ExecutionCapabilities ?? new ExecutionCapabilities();
        var functions = cache.DigestFunctions.Concat(execution.DigestFunctions).Append(execution.DigestFunction).Where(function => function != DigestFunction.Types.Value.Unknown).Distinct().ToArray();
        if (!functions.Contains(DigestFunction.Types.Value.Sha256))
            throw RemoteErrors.NoSha256(address, string.Join(", ", functions).ToUpperInvariant());

        // An engine that does not say is of the time when there was one version.
        var (low, high) = (VersionOf(message.LowApiVersion), VersionOf(message.HighApiVersion));
        if (low.Major > 2 || high.Major < 2)
            throw RemoteErrors.NoVersion(address, low == high ? $"{low}" : $"{low} to {high}");

        return new EngineCapabilities(
            execution.ExecEnabled,
            cache.ActionCacheUpdateCapabilities?.UpdateEnabled ?? false,
            cache.MaxBatchTotalSizeBytes is > 0 and < MostBatchBytes ? (int)Math.Max(LeastBatchBytes, cache.MaxBatchTotalSizeBytes - (cache.MaxBatchTotalSizeBytes / 16)) : MostBatchBytes,
            high,
            cache.SymlinkAbsolutePathStrategy == SymlinkAbsolutePathStrategy.Types.Value.Allowed,
            cache.SupportedCompressors.Contains(Compressor.Types.Value.Zstd));
    }

    private static Version VersionOf(SemVer? version) => version is null or { Major: 0, Minor: 0 } ? new Version(2, 0) : new Version(Math.Max(0, version.Major), Math.Max(0, version.Minor));
}
