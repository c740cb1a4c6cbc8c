  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}
