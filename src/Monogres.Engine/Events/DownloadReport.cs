using Monogres.Store.Downloads;

namespace Monogres.Engine.Events;

/// <summary>Downloads as events.</summary>
public sealed class DownloadReport(IEngineObserver observer) : IProgress<DownloadProgress>
{
    /// <inheritdoc/>
    public void Report(DownloadProgress value) => observer.On(value.Done
        ? new EngineEvent.Downloaded(value.Name, value.Bytes)
        : new EngineEvent.Downloading(value.Name, value.Bytes, value.Total));
}
