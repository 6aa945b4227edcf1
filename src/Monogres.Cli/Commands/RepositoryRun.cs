using Monogres.Platforms.Signatures;
using Monogres.Store.Locks;

namespace Monogres.Cli.Commands;

/// <summary>A repository that a command publishes in.</summary>
/// <param name="Directory">Where it is; absolute.</param>
/// <param name="Signer">Signs it.</param>
/// <param name="Waiting">Told when another run is waited for.</param>
internal sealed record RepositoryRun(string Directory, ReleaseSigner Signer, IProgress<LockHolder> Waiting);
