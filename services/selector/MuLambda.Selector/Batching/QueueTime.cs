namespace MuLambda.Selector;

/// <summary>Time as queues have it.</summary>
internal static class QueueTime
{
    /// <summary>Milliseconds that have gone by since some moment, the same one for all queues.</summary>
    public static double NowMs(this TimeProvider time) => time.GetTimestamp() * (1000.0 / time.TimestampFrequency);
}
