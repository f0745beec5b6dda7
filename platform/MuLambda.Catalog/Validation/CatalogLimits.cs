namespace MuLambda.Catalog;

/// <summary>The sizes that the catalog's nouns are held to.</summary>
public static class CatalogLimits
{
    /// <summary>The characters of an id, a node's name or a trait's value.</summary>
    public const int NameLength = 63;

    /// <summary>The largest version, 2^53-1: what every JSON reader can hold exactly.</summary>
    public const long MaxVersion = (1L << 53) - 1;

    /// <summary>The characters of a URL.</summary>
    public const int UrlLength = 2048;

    /// <summary>The bytes of a Unix domain socket's path.</summary>
    public const int SocketPathBytes = 107;

    /// <summary>The characters of a description or a reason.</summary>
    public const int TextLength = 4096;

    /// <summary>The characters of a data set's name.</summary>
    public const int DatasetLength = 256;

    /// <summary>The model versions that one executor serves.</summary>
    public const int ModelsPerExecutor = 256;

    /// <summary>The replicas of a deployment.</summary>
    public const int Replicas = 64;

    /// <summary>The longest that a deployment's last replica is kept without a request, in seconds.</summary>
    public const double KeepWarmSeconds = 86_400;

    /// <summary>The options of a deployment's policy.</summary>
    public const int DeploymentOptions = 32;

    /// <summary>The decisions kept of a deployment.</summary>
    public const int Decisions = 100;

    /// <summary>The inputs of a decision.</summary>
    public const int DecisionInputs = 64;

    /// <summary>The steps of a launch.</summary>
    public const int LaunchSteps = 64;

    /// <summary>The dimensions of a node's position.</summary>
    public const int PositionDimensions = 8;

    /// <summary>The largest number in a coordinate, in milliseconds.</summary>
    public const double CoordinateMs = 60_000;

    /// <summary>The latency reports in one request.</summary>
    public const int LatencyReports = 10_000;

    /// <summary>The reports on objectives in one request.</summary>
    public const int SloReports = 1000;

    /// <summary>The largest count of requests, 2^53-1: what every JSON reader can hold exactly.</summary>
    public const long MaxCount = (1L << 53) - 1;

    /// <summary>The alerts of an objective, and the windows of its alerts.</summary>
    public const int SloAlerts = 16;

    /// <summary>The buckets of <see cref="LatencyCounts"/>: 32 for each of 27 doublings, and one below and one above them.</summary>
    public const int LatencyBuckets = (27 * 32) + 2;
}
