namespace MuLambda.Hosting.ApplicationModel;

/// <summary>How many processes the resource is made of.</summary>
internal sealed record ReplicaAnnotation(int Replicas) : IResourceAnnotation;
