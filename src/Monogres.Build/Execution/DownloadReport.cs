using Monogres.Store.Downloads;

namespace Monogres.Build.Execution;

/// <summary>Downloads as build events.</summary>
internal sealed class DownloadReport(IBuildObserver observer) : IProgress<DownloadProgress>
{
    /// <inheritdoc/>
    public void Report(DownloadProgress value) => observer.On(value.Done
        ? new BuildEvent.Downloaded(value.Name, value.Bytes)
        : new BuildEvent.Downloading(value.Name, value.Bytes, value.Total));
}
