namespace MuLambda.Hosting;

/// <summary>What is wrong with the application, told to the person who started it.</summary>
/// <param name="message">What is wrong and what to do.</param>
public class DistributedApplicationException(string message) : Exception(message);
